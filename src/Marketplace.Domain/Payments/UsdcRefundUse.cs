using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>What a customer has had back in USDC, and what came in. Refused refunds do not count.</summary>
/// <param name="Deposited">All USDC deposits on the rail, matched ones too.</param>
/// <param name="Refunded">All refunds on the rail, paid or under way.</param>
/// <param name="RefundedLastDay">Refunds on every rail in the last 24 hours.</param>
/// <param name="CountLastDay">How many.</param>
public sealed record UsdcRefundUse(Usdc Deposited, Usdc Refunded, Usdc RefundedLastDay, int CountLastDay);
