using Marketplace.Api.Accounts;
using Marketplace.Api.Ledger;

namespace Marketplace.Api.Admin;

/// <summary>An account with its balance and its keys.</summary>
/// <param name="Account">The account.</param>
/// <param name="Balance">What it has.</param>
/// <param name="ApiKeys">Its keys, without secrets.</param>
internal sealed record AdminAccountResponse(
    AccountResponse Account, BalanceResponse Balance, IReadOnlyList<ApiKeyResponse> ApiKeys);
