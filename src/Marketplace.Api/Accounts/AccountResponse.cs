using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Accounts;

namespace Marketplace.Api.Accounts;

/// <summary>An account.</summary>
/// <param name="Id" example="acc_01j9zq8k3v7r2m5x4c6b8n0t1w">The account.</param>
/// <param name="Name" example="Studio North">Its name.</param>
/// <param name="CreatedAt">When it was opened.</param>
/// <param name="Provider" example="prov_01j9zq8k3v7r2m5x4c6b8n0t1w">The provider it has become, or null.</param>
/// <param name="Live" example="true">False for a test account.</param>
internal sealed record AccountResponse(
    AccountId Id, string Name, DateTimeOffset CreatedAt, ProviderId? Provider, bool Live)
{
    public static AccountResponse From(AccountView view) =>
        new(view.Id, view.Name, view.CreatedAt, view.Provider, !view.IsTest);
}
