using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Accounts;

/// <summary>What is stored of an account; without a name it was never opened.</summary>
[GenerateSerializer, Alias("AccountState")]
internal sealed record AccountState
{
    [Id(0)]
    public string? Name { get; init; }

    [Id(1)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(2)]
    public ProviderId? Provider { get; init; }

    [Id(3)]
    public IReadOnlyList<AccountKey> Keys { get; init; } = [];

    /// <summary>For tests: no real money comes in or goes out.</summary>
    [Id(4)]
    public bool IsTest { get; init; }
}
