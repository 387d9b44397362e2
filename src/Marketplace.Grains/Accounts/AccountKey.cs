using Marketplace.Grains.Abstractions.Accounts;

namespace Marketplace.Grains.Accounts;

/// <summary>A key of an account, and where it answers.</summary>
[GenerateSerializer, Alias("AccountKey")]
internal sealed record AccountKey([property: Id(0)] ApiKeyView View, [property: Id(1)] string SecretHash);
