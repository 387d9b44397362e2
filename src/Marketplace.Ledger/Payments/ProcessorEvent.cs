namespace Marketplace.Ledger.Payments;

/// <summary>An event of the card processor as it was taken in.</summary>
/// <param name="Id">Such as <c>evt_…</c>; each is stored once.</param>
/// <param name="Type">Such as <c>payment_intent.succeeded</c>.</param>
/// <param name="ApiVersion">The version that its body is written in.</param>
/// <param name="ObjectKind">What it is about.</param>
/// <param name="ObjectId">The id of that.</param>
public sealed record ProcessorEvent(string Id, string Type, string ApiVersion, string ObjectKind, string ObjectId)
{
    /// <summary>How often looking into it has failed.</summary>
    public int Tries { get; init; }

    /// <summary>Set when read: <c>new</c>, <c>done</c> or <c>parked</c>.</summary>
    public string State { get; init; } = ProcessorEvents.New;

    /// <summary>Why it is parked, or what became of it.</summary>
    public string? Note { get; init; }
}
