using Marketplace.Domain.Market;

namespace Marketplace.Domain.Tests.Market;

public sealed class WorkCycleTests
{
    private static readonly WorkState[] All = Enum.GetValues<WorkState>();

    [Fact]
    public void The_straight_way_is_open()
    {
        WorkState[] way = [WorkState.Queued, WorkState.Matched, WorkState.Running, WorkState.Verifying, WorkState.Succeeded];

        Assert.All(way.Zip(way.Skip(1)), step => Assert.True(WorkCycle.MayFollow(step.First, step.Second)));
    }

    [Fact]
    public void Nothing_follows_an_end() =>
        Assert.All(All.Where(WorkCycle.IsTerminal), end => Assert.All(All, next => Assert.False(WorkCycle.MayFollow(end, next))));

    [Fact]
    public void Success_comes_only_from_verifying() => Assert.All(
        All, from => Assert.Equal(from == WorkState.Verifying, WorkCycle.MayFollow(from, WorkState.Succeeded)));

    [Fact]
    public void Work_whose_attempt_was_lost_is_queued_again() => Assert.All(
        [WorkState.Matched, WorkState.Running, WorkState.Verifying],
        from => Assert.True(WorkCycle.MayFollow(from, WorkState.Queued)));

    [Fact]
    public void Every_state_that_is_no_end_leads_to_one() => Assert.All(
        All.Where(state => !WorkCycle.IsTerminal(state)),
        from => Assert.Contains(All, next => WorkCycle.IsTerminal(next) && WorkCycle.MayFollow(from, next)));

    [Fact]
    public void Only_running_work_is_billable() => Assert.Equal([WorkState.Running], All.Where(WorkCycle.IsBillable));

    [Fact]
    public void What_is_being_verified_is_not_cancelled() =>
        Assert.False(WorkCycle.MayFollow(WorkState.Verifying, WorkState.Cancelled));
}
