using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>What is known when a customer wants to top up.</summary>
/// <param name="Amount">What was asked.</param>
/// <param name="AccountSince">When the account was opened.</param>
/// <param name="Recent">The account's top-ups of the last 24 hours, failed ones left out.</param>
/// <param name="HasPaid">Whether any top-up of the account was ever paid.</param>
/// <param name="Now">The time of asking.</param>
public sealed record TopUpAsk(
    Cents Amount, DateTimeOffset AccountSince, IReadOnlyList<TopUp> Recent, bool HasPaid, DateTimeOffset Now);
