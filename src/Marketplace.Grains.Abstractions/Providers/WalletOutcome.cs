namespace Marketplace.Grains.Abstractions.Providers;

/// <summary>What became of a wish for another wallet.</summary>
[GenerateSerializer, Immutable, Alias("WalletOutcome")]
public abstract record WalletOutcome
{
    private WalletOutcome()
    {
    }

    /// <summary>It is set.</summary>
    [GenerateSerializer, Immutable, Alias("WalletOutcome.Set")]
    public sealed record Set([property: Id(0)] ProviderView Provider) : WalletOutcome;

    /// <summary>A sanctions list names it; the case is for people to look into.</summary>
    [GenerateSerializer, Immutable, Alias("WalletOutcome.Sanctioned")]
    public sealed record Sanctioned([property: Id(0)] string Review) : WalletOutcome;

    /// <summary>Nobody can be screened now: ask again later.</summary>
    [GenerateSerializer, Immutable, Alias("WalletOutcome.NotNow")]
    public sealed record NotNow([property: Id(0)] string Code, [property: Id(1)] string Why) : WalletOutcome;
}
