namespace Marketplace.Grains.Abstractions.Accounts;

/// <summary>A new key with its secret, which is shown this once.</summary>
/// <param name="Secret">The whole key, mk_live_… or mk_test_….</param>
[GenerateSerializer, Immutable, Alias("IssuedApiKey")]
public sealed record IssuedApiKey(
    [property: Id(0)] ApiKeyView Key,
    [property: Id(1)] string Secret);
