using Marketplace.Domain.Accounts;

namespace Marketplace.Grains.Abstractions.Accounts;

/// <summary>An API key without its secret.</summary>
[GenerateSerializer, Immutable, Alias("ApiKeyView")]
public sealed record ApiKeyView(
    [property: Id(0)] ApiKeyId Id,
    [property: Id(1)] AccountId Account,
    [property: Id(2)] string Name,
    [property: Id(3)] ApiKeyScopes Scopes,
    [property: Id(4)] bool Live,
    [property: Id(5)] string Hint,
    [property: Id(6)] DateTimeOffset CreatedAt,
    [property: Id(7)] DateTimeOffset? ExpiresAt,
    [property: Id(8)] DateTimeOffset? RevokedAt);
