using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payouts;

/// <summary>What is known when a provider asks for money.</summary>
/// <param name="Amount">What was asked.</param>
/// <param name="Payable">What may be withdrawn, open holds taken off.</param>
/// <param name="Wallet">Where payouts go, or null.</param>
/// <param name="WalletChangedAt">When the wallet was last set.</param>
/// <param name="InLastDay">Payouts asked for in the last 24 hours, refused ones left out.</param>
/// <param name="IsSuspended">Whether the provider is suspended.</param>
/// <param name="FrozenBecause">Why all payouts are stopped, or null.</param>
/// <param name="Now">The time of asking.</param>
/// <param name="IsTest">Whether the provider is one for tests.</param>
/// <param name="IdentityMissing">Fields of its identity that the travel rule wants and that are not told.</param>
/// <param name="IsDueDiligence">Whether it has to tell them whatever the amount: its name is like a listed one.</param>
public sealed record PayoutAsk(
    Usdc Amount,
    Usdc Payable,
    string? Wallet,
    DateTimeOffset? WalletChangedAt,
    int InLastDay,
    bool IsSuspended,
    string? FrozenBecause,
    DateTimeOffset Now,
    bool IsTest = false,
    IReadOnlyList<string>? IdentityMissing = null,
    bool IsDueDiligence = false);
