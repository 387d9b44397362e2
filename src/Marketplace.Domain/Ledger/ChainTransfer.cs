using Marketplace.Domain.Payouts;

namespace Marketplace.Domain.Ledger;

/// <summary>One change of a token account of ours by one finalized transaction.</summary>
/// <param name="Genesis">The chain's genesis hash.</param>
/// <param name="Signature">The transaction.</param>
/// <param name="TokenAccount">The token account that changed.</param>
/// <param name="Amount">By how much, always positive; whether it came or went is told where it is used.</param>
/// <param name="Slot">The slot of the transaction.</param>
[GenerateSerializer, Immutable, Alias("ChainTransfer")]
public sealed record ChainTransfer(
    [property: Id(0)] string Genesis,
    [property: Id(1)] string Signature,
    [property: Id(2)] string TokenAccount,
    [property: Id(3)] Usdc Amount,
    [property: Id(4)] long Slot)
{
    /// <summary>The wallet that most of it came from, or null where the chain does not tell.</summary>
    [Id(5)]
    public string? Sender { get; init; }

    /// <summary>The rail that the chain belongs to.</summary>
    [Id(6)]
    public RailName Rail { get; init; }

    /// <summary>Unique for ever: at most 178 characters.</summary>
    public string Key => $"{Genesis}:{Signature}:{TokenAccount}";
}
