using Marketplace.Domain.Webhooks;

namespace Marketplace.Ledger.Webhooks;

/// <summary>An event on its way to one webhook.</summary>
/// <param name="Sequence">Place in the list.</param>
/// <param name="Event">What is sent.</param>
/// <param name="State">waiting, delivered or failed.</param>
/// <param name="Tries">Tries of the round that is under way; sending it again by hand begins another.</param>
/// <param name="Attempts">Tries of all rounds.</param>
/// <param name="Code">Status of the last answer, or null when there was none.</param>
/// <param name="Note">Why the last try failed, or null.</param>
/// <param name="DueAt">When it is tried, while it waits.</param>
/// <param name="TriedAt">When it was last tried, or null.</param>
/// <param name="At">When it was queued.</param>
public sealed record StoredDelivery(
    long Sequence,
    MarketEvent Event,
    string State,
    int Tries,
    int Attempts,
    int? Code,
    string? Note,
    DateTimeOffset DueAt,
    DateTimeOffset? TriedAt,
    DateTimeOffset At)
{
    public const string Waiting = "waiting";
    public const string Delivered = "delivered";
    public const string Failed = "failed";
}
