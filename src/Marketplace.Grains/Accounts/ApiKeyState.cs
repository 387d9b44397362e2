using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Accounts;

namespace Marketplace.Grains.Accounts;

/// <summary>What is stored of a key; without a view there is no such key.</summary>
[GenerateSerializer, Alias("ApiKeyState")]
internal sealed record ApiKeyState
{
    [Id(0)]
    public ApiKeyView? Key { get; init; }

    [Id(1)]
    public ProviderId? Provider { get; init; }
}
