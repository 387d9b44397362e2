using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payouts;

/// <summary>When a provider is paid what is payable, without asking.</summary>
/// <param name="Cadence">How often.</param>
/// <param name="Day">On which day, when weekly.</param>
/// <param name="HourUtc">At which full hour, 0 to 23.</param>
/// <param name="Minimum">Less than this waits for the next time.</param>
[GenerateSerializer, Immutable, Alias("PayoutSchedule")]
public sealed record PayoutSchedule(
    [property: Id(0)] PayoutCadence Cadence,
    [property: Id(1)] DayOfWeek Day,
    [property: Id(2)] int HourUtc,
    [property: Id(3)] Usdc Minimum)
{
    /// <summary>A provider that has set nothing.</summary>
    public static PayoutSchedule Never { get; } = new(PayoutCadence.None, DayOfWeek.Monday, 0, Usdc.Zero);

    /// <summary>The first run after a time; null without a cadence.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        if (Cadence == PayoutCadence.None)
        {
            return null;
        }

        var utc = after.ToUniversalTime();
        var next = new DateTimeOffset(utc.Year, utc.Month, utc.Day, HourUtc, 0, 0, TimeSpan.Zero);

        while (next <= utc || (Cadence == PayoutCadence.Weekly && next.DayOfWeek != Day))
        {
            next = next.AddDays(1);
        }

        return next;
    }

    /// <summary>What a run pays of what is payable: one transaction's worth at most, zero when too little.</summary>
    public Usdc Due(Usdc payable, Usdc leastPayout, Usdc mostPayout)
    {
        var amount = Usdc.Min(payable, mostPayout);
        return amount > Usdc.Zero && amount >= Usdc.Max(Minimum, leastPayout) ? amount : Usdc.Zero;
    }
}
