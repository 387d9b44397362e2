using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Domain.Tests.Payouts;

public sealed class PayoutScheduleTests
{
    /// <summary>A Wednesday.</summary>
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(PayoutCadence.Daily, DayOfWeek.Monday, 13, "2026-03-04T13:00")]
    [InlineData(PayoutCadence.Daily, DayOfWeek.Monday, 12, "2026-03-05T12:00")]
    [InlineData(PayoutCadence.Weekly, DayOfWeek.Wednesday, 13, "2026-03-04T13:00")]
    [InlineData(PayoutCadence.Weekly, DayOfWeek.Wednesday, 12, "2026-03-11T12:00")]
    [InlineData(PayoutCadence.Weekly, DayOfWeek.Monday, 0, "2026-03-09T00:00")]
    public void The_next_run_is_the_first_one_after_now(
        PayoutCadence cadence, DayOfWeek day, int hour, string next) =>
        Assert.Equal(
            DateTimeOffset.Parse($"{next}Z", System.Globalization.CultureInfo.InvariantCulture),
            new PayoutSchedule(cadence, day, hour, Usdc.Zero).Next(Noon));

    [Fact]
    public void Without_a_cadence_there_is_no_run() => Assert.Null(PayoutSchedule.Never.Next(Noon));

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.500000", "0")]
    [InlineData("4.999999", "0")]
    [InlineData("5.000000", "5.000000")]
    [InlineData("5000", "1000")]
    public void A_run_pays_what_is_payable_from_the_minimum_up_to_one_transaction(string payable, string due) =>
        Assert.Equal(
            Usdc.Parse(due),
            new PayoutSchedule(PayoutCadence.Daily, DayOfWeek.Monday, 0, Usdc.Parse("5"))
                .Due(Usdc.Parse(payable), Usdc.Parse("1"), Usdc.Parse("1000")));

    [Fact]
    public void The_platform_s_minimum_holds_where_the_provider_s_is_lower() =>
        Assert.Equal(
            Usdc.Zero,
            new PayoutSchedule(PayoutCadence.Daily, DayOfWeek.Monday, 0, Usdc.Zero)
                .Due(Usdc.Parse("0.9"), Usdc.Parse("1"), Usdc.Parse("1000")));
}
