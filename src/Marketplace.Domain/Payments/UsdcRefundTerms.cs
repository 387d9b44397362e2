using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>The platform's terms for refunds of a balance in USDC.</summary>
/// <param name="Minimum">The smallest one.</param>
/// <param name="PerDay">How many of one customer in 24 hours, refused ones left out.</param>
/// <param name="DailyMax">How much of one customer in 24 hours.</param>
public sealed record UsdcRefundTerms(Usdc Minimum, int PerDay, Usdc DailyMax);
