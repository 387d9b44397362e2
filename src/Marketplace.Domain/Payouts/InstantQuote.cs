using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payouts;

/// <summary>What an instant payout costs.</summary>
/// <param name="FeeBasisPoints">The rung's price.</param>
/// <param name="Fee">What the platform keeps of the amount, floored.</param>
[GenerateSerializer, Immutable, Alias("InstantQuote")]
public sealed record InstantQuote([property: Id(0)] int FeeBasisPoints, [property: Id(1)] Usdc Fee);
