using Marketplace.Api.Ledger;

namespace Marketplace.Api.Admin;

/// <summary>A credit that was granted.</summary>
/// <param name="Grant" example="grant_01j9zq8k3v7r2m5x4c6b8n0t1w">
/// The grant; the same Idempotency-Key names the same one.
/// </param>
/// <param name="Balance">The account's balance after it.</param>
internal sealed record CreditResponse(string Grant, BalanceResponse Balance);
