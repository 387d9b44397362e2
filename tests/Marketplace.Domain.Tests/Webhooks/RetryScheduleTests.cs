using CsCheck;
using Marketplace.Domain.Webhooks;

namespace Marketplace.Domain.Tests.Webhooks;

public sealed class RetryScheduleTests
{
    [Fact]
    public void Ten_tries_take_three_days_and_no_more_than_a_tenth_longer() => Gen.String.Sample(delivery =>
    {
        var total = TimeSpan.Zero;

        for (var tries = 1; tries < RetrySchedule.TriesMax; tries++)
        {
            total += RetrySchedule.After(tries, delivery)!.Value;
        }

        Assert.Equal(10, RetrySchedule.TriesMax);
        Assert.Null(RetrySchedule.After(RetrySchedule.TriesMax, delivery));
        var schedule = new TimeSpan(days: 3, hours: 3, minutes: 35, seconds: 5);
        Assert.InRange(total, schedule, schedule * 1.1);
    });

    [Fact]
    public void Deliveries_that_fail_together_come_back_apart() => Assert.True(
        Enumerable.Range(0, 100).Select(at => RetrySchedule.After(4, $"{at}")).Distinct().Count() > 90);
}
