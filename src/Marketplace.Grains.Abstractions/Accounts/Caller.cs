using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Accounts;

/// <summary>Who a request comes from.</summary>
[GenerateSerializer, Immutable, Alias("Caller")]
public sealed record Caller(
    [property: Id(0)] AccountId Account,
    [property: Id(1)] ApiKeyId Key,
    [property: Id(2)] ApiKeyScopes Scopes,
    [property: Id(3)] ProviderId? Provider);
