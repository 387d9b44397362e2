using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payouts;

/// <summary>What is known when a provider asks for an advance.</summary>
/// <param name="Amount">What was asked: the principal that has to be repaid.</param>
/// <param name="Accrued">Earned, within the holdback window.</param>
/// <param name="Earned">Earned within the days that the mean is taken over.</param>
/// <param name="Outstanding">Principal of an advance that is not repaid.</param>
/// <param name="IsSuspended">Whether the provider is suspended.</param>
/// <param name="FrozenBecause">Why money going out is stopped, or null.</param>
public sealed record AdvanceAsk(
    Usdc Amount, Usdc Accrued, Usdc Earned, Usdc Outstanding, bool IsSuspended, string? FrozenBecause);
