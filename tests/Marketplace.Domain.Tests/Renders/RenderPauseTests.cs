using CsCheck;
using Marketplace.Domain.Renders;

namespace Marketplace.Domain.Tests.Renders;

public sealed class RenderPauseTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Any_pauses_together_are_as_long_as_they_were_and_never_longer_than_the_limit() =>
        Gen.Int[0, 400_000].Array[0, 12].Sample(seconds =>
        {
            var (pause, now, paused) = (RenderPause.None, Start, TimeSpan.Zero);

            foreach (var length in seconds.Select(one => TimeSpan.FromSeconds(one)))
            {
                pause = pause.Begin(now);
                paused += pause.Since is null ? TimeSpan.Zero : length;
                now += length;
                pause = pause.End(now);
                now += TimeSpan.FromMinutes(1);
            }

            Assert.Equal(paused < RenderPause.Max ? paused : RenderPause.Max, pause.Total(now));
        });

    [Fact]
    public void Pausing_again_changes_nothing_and_the_end_is_known()
    {
        var pause = RenderPause.None.Begin(Start);

        Assert.Equal(pause, pause.Begin(Start.AddHours(1)));
        Assert.Equal(Start + RenderPause.Max, pause.EndsAt);
        Assert.Null(pause.End(Start.AddHours(1)).EndsAt);
    }

    [Fact]
    public void Who_has_used_up_all_pauses_gets_no_more()
    {
        var spent = RenderPause.None.Begin(Start).End(Start + RenderPause.Max);

        Assert.Null(spent.Begin(Start + RenderPause.Max).Since);
    }
}
