using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;

namespace Marketplace.Grains.Providers;

/// <summary>What is stored of a provider; without a name it was never opened.</summary>
[GenerateSerializer, Alias("ProviderState")]
internal sealed record ProviderState
{
    [Id(0)]
    public string? Name { get; init; }

    [Id(1)]
    public AccountId Account { get; init; }

    [Id(2)]
    public string? Wallet { get; init; }

    [Id(3)]
    public DateTimeOffset? WalletChangedAt { get; init; }

    [Id(4)]
    public string? SuspendedReason { get; init; }

    [Id(5)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Requests for enrolment codes that may still be repeated, newest first.</summary>
    [Id(6)]
    public IReadOnlyList<CodeRequest> CodeRequests { get; init; } = [];

    /// <summary>A suspension or its end that has not reached every device yet.</summary>
    [Id(7)]
    public bool IsTelling { get; init; }

    /// <summary>Of a test account: what it earns is never paid out.</summary>
    [Id(8)]
    public bool IsTest { get; init; }

    /// <summary>Who it is, or null when it was never told.</summary>
    [Id(9)]
    public ProviderIdentity? Identity { get; init; }
}
