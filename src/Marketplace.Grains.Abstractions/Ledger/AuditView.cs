namespace Marketplace.Grains.Abstractions.Ledger;

/// <summary>One administrative act.</summary>
[GenerateSerializer, Immutable, Alias("AuditView")]
public sealed record AuditView(
    [property: Id(0)] long Sequence,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Actor,
    [property: Id(3)] string Action,
    [property: Id(4)] string Subject,
    [property: Id(5)] string Reason);
