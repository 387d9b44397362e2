namespace Marketplace.Domain.Payouts;

/// <summary>A rung of the ladder: up to a share of the daily float, an instant payout costs so much.</summary>
/// <param name="UpToPercent">Share of the float that is used after this payout, in percent.</param>
/// <param name="FeeBasisPoints">The fee, in basis points of what is asked for.</param>
[GenerateSerializer, Immutable, Alias("InstantRung")]
public sealed record InstantRung([property: Id(0)] int UpToPercent, [property: Id(1)] int FeeBasisPoints);
