using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Providers;

namespace Marketplace.Api.Providers;

/// <summary>A provider.</summary>
/// <param name="Id" example="prov_01j9zq8k3v7r2m5x4c6b8n0t1w">The provider.</param>
/// <param name="Account" example="acc_01j9zq8k3v7r2m5x4c6b8n0t1w">Its account.</param>
/// <param name="Name" example="Rigs of the North">Its name.</param>
/// <param name="Wallet" example="9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM">Where payouts go, or null.</param>
/// <param name="WalletChangedAt">When the wallet was set last.</param>
/// <param name="Suspended" example="false">Whether it is stopped.</param>
/// <param name="SuspendedReason">Why, or null.</param>
/// <param name="CreatedAt">When it became one.</param>
internal sealed record ProviderResponse(
    ProviderId Id,
    AccountId Account,
    string Name,
    string? Wallet,
    DateTimeOffset? WalletChangedAt,
    bool Suspended,
    string? SuspendedReason,
    DateTimeOffset CreatedAt)
{
    public static ProviderResponse From(ProviderView view) => new(
        view.Id,
        view.Account,
        view.Name,
        view.Wallet,
        view.WalletChangedAt,
        view.Suspended,
        view.SuspendedReason,
        view.CreatedAt);
}
