using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>A transfer that came in without an owner.</summary>
/// <param name="Sender">The wallet that it came from: a hint only, exchanges share theirs.</param>
[GenerateSerializer, Immutable, Alias("SuspenseView")]
public sealed record SuspenseView(
    [property: Id(0)] string Signature,
    [property: Id(1)] string TokenAccount,
    [property: Id(2)] Usdc Amount,
    [property: Id(3)] string? Sender,
    [property: Id(4)] long Slot,
    [property: Id(5)] DateTimeOffset At);
