using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>The ladder of instant payouts and where it stands.</summary>
/// <param name="Used">What went out instantly within the last 24 hours.</param>
[GenerateSerializer, Immutable, Alias("InstantView")]
public sealed record InstantView([property: Id(0)] InstantLadder Ladder, [property: Id(1)] Usdc Used);
