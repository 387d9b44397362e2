using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Providers;

/// <summary>A provider as its owner sees it.</summary>
/// <param name="Wallet">Base58 address that payouts go to, or null.</param>
/// <param name="IsTest">For tests: what it earns is never paid out.</param>
/// <param name="Identity">Who it is, or null when it was never told.</param>
[GenerateSerializer, Immutable, Alias("ProviderView")]
public sealed record ProviderView(
    [property: Id(0)] ProviderId Id,
    [property: Id(1)] AccountId Account,
    [property: Id(2)] string Name,
    [property: Id(3)] string? Wallet,
    [property: Id(4)] DateTimeOffset? WalletChangedAt,
    [property: Id(5)] bool Suspended,
    [property: Id(6)] string? SuspendedReason,
    [property: Id(7)] DateTimeOffset CreatedAt,
    [property: Id(8)] bool IsTest,
    [property: Id(9)] ProviderIdentity? Identity = null)
{
    /// <summary>Who owns it, as far as was told.</summary>
    public KnownOwner Owner => new(Account, Wallet, Identity);
}
