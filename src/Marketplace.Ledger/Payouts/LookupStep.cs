namespace Marketplace.Ledger.Payouts;

/// <summary>The signed bytes that make, extend or end a lookup table, stored before they are first sent.</summary>
/// <param name="Table">Address of the table.</param>
/// <param name="Number">1 for the first of the table.</param>
/// <param name="Kind">One of <see cref="Create"/>, <see cref="Extend"/>, <see cref="Deactivate"/>.</param>
/// <param name="From">Place of the first address that it brings.</param>
/// <param name="Places">How many addresses it brings; 0 unless it extends.</param>
/// <param name="Wire">The bytes that are sent, the same ones every time.</param>
/// <param name="Signature">In base58, known before it is sent.</param>
/// <param name="LastHeight">Height of the last block that may hold it.</param>
public sealed record LookupStep(
    string Table, int Number, string Kind, int From, int Places, byte[] Wire, string Signature, long LastHeight)
{
    public const string Create = "create";
    public const string Extend = "extend";
    public const string Deactivate = "deactivate";

    /// <summary>On its way, or lost: it is sent until the chain shows it.</summary>
    public const string Signed = "signed";

    /// <summary>The chain has finalized it.</summary>
    public const string Final = "final";

    /// <summary>The chain has finalized it with an error: it cost its fee.</summary>
    public const string Failed = "failed";

    /// <summary>It can never land.</summary>
    public const string Dead = "dead";

    public string State { get; init; } = Signed;
}
