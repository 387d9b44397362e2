using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Payouts;

/// <summary>
/// The most that may be signed within an hour and within a day, over all lanes; dead chunks do not count.
/// </summary>
public sealed record SigningCaps(Usdc PerHour, Usdc PerDay)
{
    /// <summary>No cap: tests.</summary>
    public static SigningCaps None { get; } = new(Usdc.Largest, Usdc.Largest);
}
