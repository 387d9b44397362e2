using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>The platform's terms for top-ups by card: card money can be called back for months.</summary>
/// <param name="Minimum">The smallest top-up.</param>
/// <param name="Maximum">The largest.</param>
/// <param name="PerHour">How many one account may begin in an hour.</param>
/// <param name="FirstCap">The most that may be under way until the first one is paid.</param>
/// <param name="NewAccountPerDay">The most in 24 hours while the account is new.</param>
/// <param name="NewAccountAge">How long an account is new.</param>
public sealed record TopUpTerms(
    Cents Minimum, Cents Maximum, int PerHour, Cents FirstCap, Cents NewAccountPerDay, TimeSpan NewAccountAge);
