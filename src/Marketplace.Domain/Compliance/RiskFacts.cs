using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Compliance;

/// <summary>What is known about a provider and its account when money is to go out.</summary>
public sealed record RiskFacts
{
    /// <summary>How long the wallet has been the provider's, or null without one.</summary>
    public TimeSpan? WalletAge { get; init; }

    /// <summary>Payments by card that failed within the last hour.</summary>
    public int FailedCardsLastHour { get; init; }

    public Usdc SpentLastDay { get; init; }

    /// <summary>A day's spending on average, over the 30 days before the last.</summary>
    public Usdc SpentDailyMean { get; init; }

    /// <summary>What came in from outside in the last 30 days.</summary>
    public Usdc Deposited { get; init; }

    /// <summary>What was spent on compute in the last 30 days.</summary>
    public Usdc Spent { get; init; }

    /// <summary>A customer whose deposits came from the provider's wallet, or null.</summary>
    public string? CustomerOfSameWallet { get; init; }

    /// <summary>Proofs of its work that failed in the last 30 days.</summary>
    public int ProofFailures { get; init; }

    /// <summary>The newest of them, for people: what failed, of which device and work. Null without one.</summary>
    public string? NewestProofFailure { get; init; }

    /// <summary>Disputes about its account's payments by card.</summary>
    public int Disputes { get; init; }
}
