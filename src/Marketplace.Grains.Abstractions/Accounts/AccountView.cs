using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Accounts;

/// <summary>An account as its owner sees it.</summary>
/// <param name="IsTest">For tests: see <see cref="AccountMode"/>.</param>
[GenerateSerializer, Immutable, Alias("AccountView")]
public sealed record AccountView(
    [property: Id(0)] AccountId Id,
    [property: Id(1)] string Name,
    [property: Id(2)] DateTimeOffset CreatedAt,
    [property: Id(3)] ProviderId? Provider,
    [property: Id(4)] bool IsTest);
