using Marketplace.Api.Http;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Api.Payouts;

/// <summary>When to pay the provider without being asked.</summary>
/// <param name="Cadence" example="weekly">none, daily or weekly.</param>
/// <param name="Minimum" example="10.000000">Less than this waits for the next time.</param>
/// <param name="Day" example="monday">The day of a weekly run.</param>
/// <param name="HourUtc" example="6">The full hour of the run, 0 to 23.</param>
internal sealed record PayoutScheduleRequest(
    string Cadence, Usdc? Minimum = null, string Day = "monday", int HourUtc = 0)
{
    private const int HourMax = 23;

    public (Faults Faults, PayoutSchedule Schedule) Read()
    {
        var faults = new Faults();

        if (!TryRead<PayoutCadence>(Cadence, out var cadence))
        {
            faults.Add("cadence", $"is '{Cadence}', allowed are none, daily and weekly");
        }

        if (!TryRead<DayOfWeek>(Day, out var day))
        {
            faults.Add("day", $"is '{Day}', allowed are monday to sunday");
        }

        if (Minimum is { } minimum && (minimum < Usdc.Zero || minimum > Usdc.Largest))
        {
            faults.Add("minimum", $"is {minimum}, allowed are 0 to {Usdc.Largest}");
        }

        faults.Range("hourUtc", HourUtc, 0, HourMax);
        return (faults, new PayoutSchedule(cadence, day, HourUtc, Minimum ?? Usdc.Zero));
    }

    /// <summary>Words only: numbers and lists of words are none.</summary>
    private static bool TryRead<TWord>(string text, out TWord word)
        where TWord : struct, Enum =>
        Enum.TryParse(text, ignoreCase: true, out word) && Enum.IsDefined(word) && text.All(char.IsAsciiLetter);
}
