using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Renders;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Renders;

/// <summary>Frames that their renter approves, rejects and has made again, and who pays for that.</summary>
[Collection(MarketCollection.Name)]
public sealed class RenderReviewTests(MarketCluster cluster)
{
    private const long UnitMicros = 262_144 * 3;
    private const long FrameMicros = 2 * UnitMicros;
    private const long Money = 100_000_000;

    private int _attempts;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_charged_and_no_picture_given_out_before_the_last_frame_is_approved()
    {
        var scene = await Scene.Open(cluster, micros: Money);
        var render = await Submit(scene, frames: 2);
        await MakeFrame(scene, render, frame: 1);
        await MakeFrame(scene, render, frame: 2);

        var waiting = await View(render);
        Assert.Equal(WorkState.Running, waiting.State);
        Assert.All(waiting.Frames, frame =>
        {
            Assert.Equal((FrameState.Done, FrameReviewState.Awaiting), (frame.State, frame.Review!.State));
            Assert.False(frame.IsReleased);
        });
        Assert.Equal(waiting.Reserved.Micros, await cluster.Free(Chart.Escrow(render.Value)));
        Assert.Equal(0, await cluster.Free(Chart.Accrued(scene.Devices[0].Provider)));

        var half = Taken(await Grain(render).Approve(1, Cancel));
        Assert.True(half.Frames[0].IsReleased);
        Assert.False(half.Frames[1].IsReleased);
        Assert.Equal(WorkState.Running, half.State);
        Taken(await Grain(render).Approve(1, Cancel));

        var done = Taken(await Grain(render).Approve(null, Cancel));
        Assert.Equal((WorkState.Succeeded, 2 * FrameMicros), (done.State, done.Charged.Micros));
        Assert.All(done.Frames, frame => Assert.True(frame.IsReleased));
        Taken(await Grain(render).Approve(2, Cancel));
        await cluster.AssertSettled(render.Value);
        Assert.Equal(Money - (2 * FrameMicros), await cluster.Free(Chart.Available(scene.Customer)));
    }

    [Fact]
    public async Task An_order_that_says_nothing_is_approved_as_it_is_made_and_cannot_be_rejected()
    {
        var scene = await Scene.Open(cluster, micros: Money);
        var render = await Submit(scene, frames: 2, isReviewed: false);
        await MakeFrame(scene, render, frame: 1);

        Assert.True((await View(render)).Frames[0].IsReleased);
        Assert.Equal("approval-automatic", Refused(await Grain(render).Reject(1, null, Cancel)));
        Assert.Equal("frame-not-ready", Refused(await Grain(render).Approve(2, Cancel)));
        Taken(await Grain(render).Approve(1, Cancel));
        Assert.IsType<FrameReviewOutcome.NotThere>(await Grain(render).Approve(3, Cancel));
        await MakeFrame(scene, render, frame: 2);
        Assert.Equal(WorkState.Succeeded, (await View(render)).State);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_frame_that_nobody_decides_is_approved_when_its_time_is_over_and_not_before()
    {
        var scene = await Scene.Open(cluster, micros: Money);
        var render = await Submit(scene, frames: 1);
        await MakeFrame(scene, render, frame: 1);
        var window = new RenderOptions().AutoApproveAfter;

        // The deadline of ten minutes is one for the making.
        cluster.Clock.Advance(window - TimeSpan.FromMinutes(1));
        await cluster.Restart();
        await cluster.Placement.Run(Cancel);
        Assert.Equal(WorkState.Running, (await View(render)).State);

        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await cluster.Placement.Run(Cancel);
        var done = await View(render);
        Assert.Equal((WorkState.Succeeded, FrameMicros), (done.State, done.Charged.Micros));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_rejected_frame_that_stands_is_charged_once_and_its_picture_is_the_renters()
    {
        var scene = await Scene.Open(cluster, micros: Money);
        var render = await Submit(scene, frames: 1);
        await MakeFrame(scene, render, frame: 1);

        Taken(await Grain(render).Reject(1, "The window is black.", Cancel));
        await Eventually.Holds(async () => (await Review(render)).State == FrameReviewState.Upheld);

        var upheld = await View(render);
        Assert.True(upheld.Frames[0].IsReleased);
        Assert.Equal(2, cluster.Leaves.AskedAgain(render.Value).Select(one => one.Sums.Unit.Index).Distinct().Count());
        Assert.All(cluster.Leaves.AskedAgain(render.Value), one => Assert.Equal(Enumerable.Range(0, 16), one.Blocks.Order()));
        Assert.Equal(("The window is black.", 1), (upheld.Frames[0].Review!.Reason, upheld.Frames[0].Review!.Rejections));
        Assert.Equal("frame-upheld", Refused(await Grain(render).Reject(1, null, Cancel)));
        Assert.Equal(0, (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits);

        var done = Taken(await Grain(render).Approve(1, Cancel));
        Assert.Equal((WorkState.Succeeded, FrameMicros), (done.State, done.Charged.Micros));
        Assert.Equal("render-over", Refused(await Grain(render).Reject(1, null, Cancel)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task What_does_not_stand_of_a_rejected_frame_is_unpaid_and_made_again_by_others_for_the_same_money()
    {
        var scene = await Scene.Open(cluster, devices: 3, micros: Money);
        var render = await Submit(scene, frames: 1);
        var cheat = scene.Devices[0];
        var bad = await Make(scene, render, 0);
        var good = await Make(scene, render, 1);
        cluster.Clock.Advance(TimeSpan.FromMinutes(5));
        await Picture(render, 1, "11");
        cluster.Leaves.FindAgain(render.Value, one => Task.FromResult(
            one.Sums.Unit.Index == bad ? FakeLeafAuditor.Bad : FakeLeafAuditor.Good));

        Taken(await Grain(render).Reject(1, null, Cancel));
        await Eventually.Holds(async () => (await Review(render)).State == FrameReviewState.Remaking);
        await Eventually.Holds(async () => (await scene.Device(cheat).Describe(Cancel))!.FailedAudits == 1);
        await cluster.Placement.Run(Cancel);

        var remaking = await View(render);
        Assert.Null(remaking.Frames[0].ImageSha256);
        Assert.Equal(cluster.Clock.GetUtcNow().AddSeconds(remaking.Order.DeadlineSeconds), remaking.Deadline);
        Assert.Equal((1, FrameState.Running), (remaking.Frames[0].UnitsDone, remaking.Frames[0].State));
        Assert.Equal(UnitMicros, remaking.Bill.Charged.Micros);
        Assert.Null(await scene.Placement.WorkFor(cheat.Id, Cancel));
        Assert.Equal(bad, await Make(scene, render, 2));
        await Picture(render, 1, "22");
        var done = Taken(await Grain(render).Approve(1, Cancel));

        Assert.Equal((WorkState.Succeeded, FrameMicros, "22"), (done.State, done.Charged.Micros, done.Frames[0].ImageSha256));
        Assert.Equal(2, done.Receipts.Count);
        Assert.Equal(0, await cluster.Free(Chart.Accrued(cheat.Provider)));
        Assert.Equal(Money - FrameMicros, await cluster.Free(Chart.Available(scene.Customer)));
        Assert.NotEqual(bad, good);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task Whatever_else_of_the_frame_a_cheat_has_made_goes_to_others_too()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, frames: 1);
        var bad = await Make(scene, render, 0);
        await Make(scene, render, 0);
        await Picture(render, 1, "11");
        cluster.Leaves.FindAgain(render.Value, one => Task.FromResult(
            one.Sums.Unit.Index == bad ? FakeLeafAuditor.Bad : FakeLeafAuditor.Good));

        await Grain(render).Reject(null, null, Cancel);
        await Eventually.Holds(async () => (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits == 1);
        await Eventually.Holds(async () => (await View(render)).Audits is { Failed: 1 });

        Assert.Equal(0, (await View(render)).Bill.Charged.Micros);
        await cluster.Restart();
        await cluster.Placement.Run(Cancel);
        await Make(scene, render, 1);
        await Make(scene, render, 1);
        await Picture(render, 1, "22");
        var done = Taken(await Grain(render).Approve(null, Cancel));
        Assert.Equal((WorkState.Succeeded, FrameMicros), (done.State, done.Charged.Micros));
        Assert.Equal(0, await cluster.Free(Chart.Accrued(scene.Devices[0].Provider)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_unit_that_is_close_is_made_again_by_others_and_nobody_is_blamed()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, frames: 1);
        var near = await Make(scene, render, 0);
        await Make(scene, render, 0);
        await Picture(render, 1, "11");
        cluster.Leaves.FindAgain(render.Value, one => Task.FromResult(
            one.Sums.Unit.Index == near ? FakeLeafAuditor.Near : FakeLeafAuditor.Good));

        await Grain(render).Reject(1, null, Cancel);
        await Eventually.Holds(async () => (await Review(render)).State == FrameReviewState.Remaking);
        await cluster.Placement.Run(Cancel);

        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        Assert.Equal(near, await Make(scene, render, 1));
        await Picture(render, 1, "22");
        var done = Taken(await Grain(render).Approve(1, Cancel));
        Assert.Equal((WorkState.Succeeded, FrameMicros), (done.State, done.Charged.Micros));
        Assert.Equal(1, done.Audits!.Doubted);
        Assert.Equal(0, (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits);
        await cluster.AssertSettled(render.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_frame_that_stands_is_made_again_as_new_work_by_others_and_both_are_charged_once(bool breaks)
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, frames: 1);
        cluster.Clock.Advance(TimeSpan.FromMinutes(5));
        await MakeFrame(scene, render, frame: 1);
        Assert.Equal("frame-not-upheld", Refused(await Grain(render).Retry(1, Cancel)));
        await Uphold(render);

        if (breaks)
        {
            cluster.Books.FailNext($"fund:{render}:1", written: true);
            await Record.ExceptionAsync(() => Grain(render).Retry(1, Cancel));
            await cluster.Restart();
        }

        Taken(await Grain(render).Retry(1, Cancel));
        Taken(await Grain(render).Retry(1, Cancel));
        await cluster.Placement.Run(Cancel);

        // The picture that is paid for stays until the new one is there.
        var again = await View(render);
        Assert.Equal(cluster.Clock.GetUtcNow().AddSeconds(again.Order.DeadlineSeconds), again.Deadline);
        Assert.Equal(("11", true, 0), (again.Frames[0].ImageSha256, again.Frames[0].IsReleased, again.Frames[0].UnitsDone));
        Assert.Equal(again.Reserved.Micros, await cluster.Free(Chart.Escrow(render.Value)));
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        await Make(scene, render, 1);
        await Make(scene, render, 1);
        await Picture(render, 1, "22");
        var done = Taken(await Grain(render).Approve(1, Cancel));

        Assert.Equal((WorkState.Succeeded, 2 * FrameMicros, "22"), (done.State, done.Charged.Micros, done.Frames[0].ImageSha256));
        Assert.Equal(Money - (2 * FrameMicros), await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task New_work_at_a_frame_stays_within_the_cap_on_the_bill_as_well()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, frames: 1, most: (2 * FrameMicros) - 1);
        await MakeFrame(scene, render, frame: 1);
        await Uphold(render);

        Assert.Equal("price-cap-reached", Refused(await Grain(render).Retry(1, Cancel)));
        var done = Taken(await Grain(render).Approve(1, Cancel));

        Assert.Equal((WorkState.Succeeded, FrameMicros), (done.State, done.Charged.Micros));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_render_that_its_cap_keeps_from_going_on_waits_for_the_word_on_what_was_made()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, frames: 2, most: FrameMicros);
        await MakeFrame(scene, render, frame: 1);
        await cluster.Placement.Run(Cancel);
        Assert.Equal(WorkState.Running, (await View(render)).State);

        Taken(await Grain(render).Approve(1, Cancel));
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);

        var view = await View(render);
        Assert.Equal((WorkState.Cancelled, "price-cap-reached"), (view.State, view.Ending?.Code));
        Assert.Equal(FrameMicros, view.Charged.Micros);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_second_making_that_does_not_stand_gives_the_first_picture_back_and_is_made_again_unpaid()
    {
        var scene = await Scene.Open(cluster, devices: 3, micros: Money);
        var render = await Submit(scene, frames: 1);
        await MakeFrame(scene, render, frame: 1);
        await Uphold(render);
        Taken(await Grain(render).Retry(1, Cancel));
        await cluster.Placement.Run(Cancel);
        await Make(scene, render, 1);
        await Make(scene, render, 1);
        await Picture(render, 1, "22");
        Assert.False((await View(render)).Frames[0].IsReleased);

        cluster.Leaves.FindAgain(render.Value, _ => Task.FromResult(FakeLeafAuditor.Bad));
        Taken(await Grain(render).Reject(1, null, Cancel));
        await Eventually.Holds(async () => (await View(render)).Audits is { Failed: 2 });
        await cluster.Placement.Run(Cancel);

        var again = await View(render);
        Assert.Equal(("11", true), (again.Frames[0].ImageSha256, again.Frames[0].IsReleased));
        Assert.Equal(FrameMicros, again.Bill.Charged.Micros);
        await Make(scene, render, 2);
        await Make(scene, render, 2);
        await Picture(render, 1, "33");
        var done = Taken(await Grain(render).Approve(1, Cancel));
        Assert.Equal((WorkState.Succeeded, 2 * FrameMicros, "33"), (done.State, done.Charged.Micros, done.Frames[0].ImageSha256));
        Assert.Equal(0, await cluster.Free(Chart.Accrued(scene.Devices[1].Provider)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task Pictures_are_told_without_their_hash_until_they_are_released_and_those_taken_back_no_more()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, frames: 1);
        await MakeFrame(scene, render, frame: 1);
        Assert.Equal([new(1, 1, null)], await Told(render, 1));
        cluster.Leaves.FindAgain(render.Value, _ => Task.FromResult(FakeLeafAuditor.Bad));
        Taken(await Grain(render).Reject(1, null, Cancel));
        await Eventually.Holds(async () => (await View(render)).Audits is { Failed: 2 });
        await cluster.Placement.Run(Cancel);
        await Make(scene, render, 1);
        await Make(scene, render, 1);
        await Picture(render, 1, "22");

        Assert.Equal([new(2, 1, null)], await Told(render, 1));
        Taken(await Grain(render).Approve(1, Cancel));
        Assert.Equal([new(2, 1, "22")], await Told(render, 1));
    }

    [Fact]
    public async Task Who_cannot_pay_for_another_making_gets_none_and_keeps_the_first()
    {
        var scene = await Scene.Open(cluster, micros: FrameMicros + 1);
        var render = await Submit(scene, frames: 1);
        await MakeFrame(scene, render, frame: 1);
        await Uphold(render);

        var broke = Assert.IsType<FrameReviewOutcome.NotEnoughMoney>(await Grain(render).Retry(1, Cancel));

        Assert.Equal((FrameMicros, 1L), (broke.Needed.Micros, broke.Available.Micros));
        var done = Taken(await Grain(render).Approve(1, Cancel));
        Assert.Equal((WorkState.Succeeded, FrameMicros), (done.State, done.Charged.Micros));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task Who_cancels_pays_what_was_delivered_and_has_it()
    {
        var scene = await Scene.Open(cluster, micros: Money);
        var render = await Submit(scene, frames: 2);
        await MakeFrame(scene, render, frame: 1);
        cluster.Leaves.FindAgain(render.Value, _ => new TaskCompletionSource<UnitAuditOutcome>().Task);
        await Grain(render).Reject(1, null, Cancel);
        Assert.Equal("frame-checking", Refused(await Grain(render).Approve(1, Cancel)));

        var view = (await cluster.Grains.GetGrain<IRenderGrain>(render.Value).Cancel(Cancel))!;

        Assert.Equal((WorkState.Cancelled, FrameMicros), (view.State, view.Charged.Micros));
        Assert.True(view.Frames[0].IsReleased);
        Assert.Equal(FrameReviewState.Approved, view.Frames[0].Review!.State);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_check_that_a_crash_forgot_is_begun_again_and_one_without_an_end_is_given_up()
    {
        var scene = await Scene.Open(cluster, micros: Money);
        var render = await Submit(scene, frames: 1);
        await MakeFrame(scene, render, frame: 1);
        cluster.Leaves.FindAgain(render.Value, _ => new TaskCompletionSource<UnitAuditOutcome>().Task);
        await Grain(render).Reject(1, null, Cancel);
        await Eventually.Holds(() => cluster.Leaves.AskedAgain(render.Value).Count() == 1);

        await cluster.Restart();
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);
        await Eventually.Holds(() => cluster.Leaves.AskedAgain(render.Value).Count() == 2);
        Assert.Equal(FrameReviewState.Checking, (await Review(render)).State);

        // Nobody looked at it, so it is not found sound: the renter has the word again, and may reject it again.
        cluster.Clock.Advance(TimeSpan.FromHours(1));
        await cluster.Placement.Run(Cancel);
        var back = await Review(render);
        Assert.Equal((FrameReviewState.Awaiting, 1), (back.State, back.Rejections));
        Assert.Equal(cluster.Clock.GetUtcNow() + new RenderOptions().AutoApproveAfter, back.ApproveAt);
        Assert.Contains("within 01:00:00", back.Finding, StringComparison.Ordinal);

        cluster.Leaves.FindAgain(render.Value, _ => Task.FromResult(FakeLeafAuditor.Good));
        await Uphold(render);
        Taken(await Grain(render).Approve(1, Cancel));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_check_without_an_end_takes_no_time_of_the_next_frames()
    {
        var scene = await Scene.Open(cluster, micros: Money);
        var render = await Submit(scene, frames: 2);
        await MakeFrame(scene, render, frame: 1);
        await MakeFrame(scene, render, frame: 2);
        cluster.Leaves.FindAgain(render.Value, one => one.Sums.Unit.Frame == 1
            ? new TaskCompletionSource<UnitAuditOutcome>().Task
            : Task.FromResult(FakeLeafAuditor.Good));
        await Grain(render).Reject(null, null, Cancel);
        await Eventually.Holds(() => cluster.Leaves.AskedAgain(render.Value).Any());

        cluster.Clock.Advance(TimeSpan.FromHours(1));
        await cluster.Placement.Run(Cancel);

        await Eventually.Holds(async () => (await View(render)).Frames[1].Review!.State == FrameReviewState.Upheld);
        Assert.Contains("2 of its 2 units", (await View(render)).Frames[1].Review!.Finding, StringComparison.Ordinal);
        Assert.Equal(FrameReviewState.Awaiting, (await Review(render)).State);
        await Grain(render).Approve(null, Cancel);
        await cluster.AssertSettled(render.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_full_queue_refuses_is_asked_for_again_and_what_was_found_is_kept(bool isRoomLater)
    {
        var scene = await Scene.Open(cluster, micros: Money);
        var render = await Submit(scene, frames: 1);
        await MakeFrame(scene, render, frame: 1);
        var isFull = true;
        cluster.Leaves.FindAgain(render.Value, one => isFull && one.Sums.Unit.Index == 0
            ? Task.FromException<UnitAuditOutcome>(new TimeoutException("Too much waits."))
            : Task.FromResult(FakeLeafAuditor.Good));
        await Grain(render).Reject(1, null, Cancel);
        await Eventually.Holds(() => cluster.Leaves.AskedAgain(render.Value).Count() == 2);
        Assert.Equal(FrameReviewState.Checking, (await Review(render)).State);

        isFull = !isRoomLater;
        cluster.Clock.Advance(isRoomLater ? TimeSpan.FromSeconds(31) : TimeSpan.FromHours(1));
        await cluster.Placement.Run(Cancel);

        await Eventually.Holds(async () => (await Review(render)).State == FrameReviewState.Upheld);
        Assert.StartsWith(
            isRoomLater ? "2 of its 2 units" : "1 of its 2 units", (await Review(render)).Finding, StringComparison.Ordinal);
        Assert.Equal(
            isRoomLater ? 3 : 2,
            cluster.Leaves.AskedAgain(render.Value).Count());
        Taken(await Grain(render).Approve(1, Cancel));
        await cluster.AssertSettled(render.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_frame_whose_second_making_is_being_funded_is_not_decided(bool isApproved)
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, frames: 1);
        await MakeFrame(scene, render, frame: 1);
        await Uphold(render);
        cluster.Books.FailNext($"fund:{render}:1", written: true);
        Assert.NotNull(await Record.ExceptionAsync(() => Grain(render).Retry(1, Cancel)));

        var word = await (isApproved ? Grain(render).Approve(1, Cancel) : Grain(render).Reject(1, null, Cancel));

        Assert.Equal("frame-not-ready", Refused(word));
        await cluster.Placement.Run(Cancel);
        await Make(scene, render, 1);
        await Make(scene, render, 1);
        await Picture(render, 1, "22");
        var done = Taken(await Grain(render).Approve(1, Cancel));
        Assert.Equal((WorkState.Succeeded, 2 * FrameMicros), (done.State, done.Charged.Micros));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_frame_is_rejected_so_often_and_no_more()
    {
        var scene = await Scene.Open(cluster, devices: RenderLimits.RejectionsMax + 1, micros: Money);
        var render = await Submit(scene, frames: 1);
        cluster.Leaves.FindAgain(render.Value, _ => Task.FromResult(FakeLeafAuditor.Bad));

        for (var device = 0; device <= RenderLimits.RejectionsMax; device++)
        {
            await Make(scene, render, device);
            await Make(scene, render, device);
            await Picture(render, 1, $"{device}{device}");

            if (device == RenderLimits.RejectionsMax)
            {
                Assert.Equal("rejections-used-up", Refused(await Grain(render).Reject(1, null, Cancel)));
                continue;
            }

            Taken(await Grain(render).Reject(1, null, Cancel));
            await Eventually.Holds(async () => (await Review(render)).State == FrameReviewState.Remaking);
            await Eventually.Holds(async () => (await View(render)).Audits?.Failed == 2 * (device + 1));
            await cluster.Placement.Run(Cancel);
        }

        var done = Taken(await Grain(render).Approve(1, Cancel));
        Assert.Equal((WorkState.Succeeded, FrameMicros), (done.State, done.Charged.Micros));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task The_log_of_a_frame_tells_what_happened_to_it_over_restarts()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, frames: 2);
        var lost = await scene.Pull(0);
        await cluster.Grains.GetGrain<IRenderGrain>(render.Value).Fail(
            lost.Attempt, new("out-of-memory", "No room.", CausedBy.Provider), Cancel);
        await cluster.Placement.Run(Cancel);
        await Make(scene, render, 1);
        await Make(scene, render, 1);
        await cluster.Grains.GetGrain<IRenderGrain>(render.Value).BeginFrame(1, Cancel);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await Picture(render, 1, "11");
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await Uphold(render, "Too dark.");
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        await Grain(render).Approve(1, Cancel);
        await cluster.Restart();

        var log = (await Grain(render).Log(1, Cancel))!;

        Assert.Equal(
            [
                FrameEventKind.Given, FrameEventKind.Ended,
                FrameEventKind.Given, FrameEventKind.Delivered, FrameEventKind.Given, FrameEventKind.Delivered,
                FrameEventKind.Assembling, FrameEventKind.Assembled,
                FrameEventKind.Rejected, FrameEventKind.Upheld, FrameEventKind.Approved,
            ],
            log.Select(entry => entry.What));
        Assert.Equal(("No room.", scene.Devices[0].Id), (log[1].Detail, log[1].Device));
        Assert.Equal("Too dark.", log[8].Detail);
        Assert.All(log, entry => Assert.Equal(1, entry.Frame));
        Assert.Null(await Grain(render).Log(3, Cancel));
        await cluster.Grains.GetGrain<IRenderGrain>(render.Value).Cancel(Cancel);
        await cluster.AssertSettled(render.Value);
    }

    private static RenderView Taken(FrameReviewOutcome outcome) =>
        Assert.IsType<FrameReviewOutcome.Taken>(outcome).Render;

    private static string Refused(FrameReviewOutcome outcome) =>
        Assert.IsType<FrameReviewOutcome.Refused>(outcome).Code;

    private IReviewedRenderGrain Grain(RenderId render) => cluster.Grains.GetGrain<IReviewedRenderGrain>(render.Value);

    private async Task<RenderView> View(RenderId render) =>
        (await cluster.Grains.GetGrain<IRenderGrain>(render.Value).Describe(Cancel))!;

    private async Task<List<RenderEvent.FrameDone>> Told(RenderId render, int pictures)
    {
        var told = new List<RenderEvent.FrameDone>();

        await foreach (var happened in cluster.Grains.GetGrain<IRenderGrain>(render.Value).Watch(0).WithBatchSize(1)
            .WithCancellation(Cancel))
        {
            if (happened is RenderEvent.FrameDone done)
            {
                told.Add(done);
            }

            if (told.Count == pictures)
            {
                break;
            }
        }

        return told;
    }

    private async Task<FrameReview> Review(RenderId render) => (await View(render)).Frames[0].Review!;

    private async Task Uphold(RenderId render, string? reason = null)
    {
        Taken(await Grain(render).Reject(1, reason, Cancel));
        await Eventually.Holds(async () => (await Review(render)).State == FrameReviewState.Upheld);
    }

    private async Task<RenderId> Submit(Scene scene, int frames, bool isReviewed = true, long? most = null)
    {
        var render = RenderId.From(Guid.NewGuid());
        var order = scene.Render(cluster.Blobs.Add([1, 2, 3]), frames) with
        {
            Approval = isReviewed ? ApprovalMode.Manual : null,
            MaxPrice = most is { } micros ? Usdc.FromMicros(micros) : null,
        };
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, order, Cancel));
        return render;
    }

    private async Task MakeFrame(Scene scene, RenderId render, int frame)
    {
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        await Picture(render, frame, $"{frame}{frame}");
    }

    private async Task<int> Make(Scene scene, RenderId render, int device)
    {
        await scene.Beat(scene.Devices[device]);
        var work = await scene.Pull(device);
        var unit = work.Unit!.Unit.Index;
        Assert.IsType<DeliverOutcome.Accepted>(await cluster.Grains.GetGrain<IRenderGrain>(render.Value).Deliver(
            work.Attempt, Scene.Sums(cluster, unit, ++_attempts), Cancel));
        return unit;
    }

    private Task Picture(RenderId render, int frame, string sha256) =>
        cluster.Grains.GetGrain<IRenderGrain>(render.Value).FrameAssembled(
            frame, new FrameOutcome.Made(sha256), Cancel);
}
