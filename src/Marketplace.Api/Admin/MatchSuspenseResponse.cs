using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Admin;

/// <summary>A transfer has found its owner.</summary>
/// <param name="Account" example="acc_01j9zq8k3v7r2m5x4c6b8n0t1w">The account.</param>
/// <param name="Amount" example="12.500000">What was credited, now or by the same act before.</param>
internal sealed record MatchSuspenseResponse(AccountId Account, Usdc Amount);
