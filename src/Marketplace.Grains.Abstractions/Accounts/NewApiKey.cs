using Marketplace.Domain.Accounts;

namespace Marketplace.Grains.Abstractions.Accounts;

/// <summary>A key to be issued.</summary>
/// <param name="SecretHash">
/// Lower-case base 32 of the SHA-256 of the whole secret; the key of <see cref="IApiKeyGrain"/> after its prefix.
/// </param>
[GenerateSerializer, Immutable, Alias("NewApiKey")]
public sealed record NewApiKey(
    [property: Id(0)] ApiKeyId Id,
    [property: Id(1)] string Name,
    [property: Id(2)] ApiKeyScopes Scopes,
    [property: Id(3)] bool Live,
    [property: Id(4)] string Hint,
    [property: Id(5)] string SecretHash,
    [property: Id(6)] DateTimeOffset? ExpiresAt);
