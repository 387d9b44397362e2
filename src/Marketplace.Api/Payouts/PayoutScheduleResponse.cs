using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Payouts;

namespace Marketplace.Api.Payouts;

/// <summary>When the provider is paid without asking.</summary>
/// <param name="Cadence" example="weekly">none, daily or weekly.</param>
/// <param name="Day" example="monday">The day of a weekly run.</param>
/// <param name="HourUtc" example="6">The full hour of the run.</param>
/// <param name="Minimum" example="10.000000">Less than this waits for the next time.</param>
/// <param name="NextAt">The next run, or null.</param>
/// <param name="LastOutcome" example="no wallet is set">The payout of the last run, or why there was none.</param>
internal sealed record PayoutScheduleResponse(
    string Cadence, string Day, int HourUtc, Usdc Minimum, DateTimeOffset? NextAt, string? LastOutcome)
{
    public static PayoutScheduleResponse From(ScheduleView view) => new(
        Word(view.Schedule.Cadence),
        Word(view.Schedule.Day),
        view.Schedule.HourUtc,
        view.Schedule.Minimum,
        view.NextAt,
        view.LastOutcome);

    private static string Word<TWord>(TWord word)
        where TWord : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(word.ToString());
}
