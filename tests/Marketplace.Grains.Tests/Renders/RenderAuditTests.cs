using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Renders;
using Marketplace.Grains.Tests.Market;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Renders;

/// <summary>A unit that is drawn is used and paid for when its check says so, whatever happens in between.</summary>
[Collection(MarketCollection.Name)]
public sealed class RenderAuditTests(MarketCluster cluster)
{
    private const long UnitMicros = 262_144 * 3;
    private const int Leaves = 3;

    private int _made;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_drawn_unit_is_in_no_picture_and_on_no_bill_before_its_verdict()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene);
        var verdict = new TaskCompletionSource<UnitAuditOutcome>();
        cluster.Leaves.Find(render.Value, _ => verdict.Task);

        // The rig is not held up: it gets its next unit at once.
        var first = await Make(scene, render, 0);
        var second = await Make(scene, render, 0);

        Assert.IsType<DeliverOutcome.Accepted>(first.Outcome);
        Assert.IsType<DeliverOutcome.Accepted>(await Grain(render).Deliver(first.Work.Attempt, first.Delivery, Cancel));
        cluster.Clock.Advance(TimeSpan.FromSeconds(30));
        await scene.Beat(scene.Devices[0]);
        await cluster.Placement.Run(Cancel);
        var view = await View(render);
        Assert.Equal((WorkState.Running, 0, 0), (view.State, view.UnitsDone, view.Bill.Units));
        Assert.Equal(FrameState.Running, view.Frames[0].State);
        Assert.Empty(Pictures(render));
        await Grain(render).FrameAssembled(1, new FrameOutcome.Made("11"), Cancel);
        Assert.Null((await View(render)).Frames[0].ImageSha256);
        Assert.Equal(view.Reserved.Micros, await cluster.Free(Chart.Escrow(render.Value)));
        var asked = Assert.Single(cluster.Leaves.Asked(render.Value));
        Assert.Equal(first.Work.Unit!.Unit, asked.Sums.Unit);
        Assert.Equal((first.Delivery.SumsSha256, first.Delivery.SumsSha256), (asked.Sums.Sha256, asked.Leaves.Sha256));
        Assert.Equal(first.Delivery.Result!.Leaves, asked.Root);
        Assert.Equal([0], asked.Places);

        verdict.SetResult(FakeLeafAuditor.Good);
        await Eventually.Holds(() => Pictures(render).Any());
        await Picture(render);

        var done = await View(render);
        Assert.Equal((WorkState.Succeeded, 2 * UnitMicros), (done.State, done.Charged.Micros));
        Assert.Equal(new UnitAudits(2, 2, 0, 0), done.Audits);
        Assert.Equal(second.Work.Unit!.Unit, cluster.Leaves.Asked(render.Value).Last().Sums.Unit);
        var receipt = await Receipt(done);
        Assert.Equal("passed", receipt.GetProperty("verdict").GetString());
        Assert.Equal(2, receipt.GetProperty("unitAudits").GetProperty("passed").GetInt32());
        Assert.Equal(2, receipt.GetProperty("unitAudits").GetProperty("committed").GetInt32());
        Assert.Contains(
            first.Delivery.Result.Leaves,
            receipt.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("leaves").GetString()),
            StringComparer.Ordinal);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_unit_without_a_commitment_is_used_unchecked_where_that_is_allowed()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene);

        for (var number = 0; number < 2; number++)
        {
            var work = await scene.Pull();
            await Grain(render).Deliver(work.Attempt, Scene.Sums(cluster, work.Unit!.Unit.Index, ++_made), Cancel);
        }

        await Picture(render);
        var view = await View(render);
        Assert.Null(view.Audits);
        var receipt = await Receipt(view);
        Assert.Equal("unchecked", receipt.GetProperty("verdict").GetString());
        Assert.False(receipt.TryGetProperty("unitAudits", out _));
    }

    [Fact]
    public async Task A_unit_that_does_not_stand_is_made_again_by_another_and_its_device_is_marked_and_unpaid()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var render = await Submit(scene);
        var cheat = scene.Devices[0];
        cluster.Leaves.Find(render.Value, FakeLeafAuditor.Bad);

        var bad = await Make(scene, render, 0);
        await Eventually.Holds(async () => (await View(render)).Audits is { Failed: 1 });
        cluster.Leaves.Find(render.Value, FakeLeafAuditor.Good);

        Assert.IsType<DeliverOutcome.Stale>(await Grain(render).Deliver(bad.Work.Attempt, bad.Delivery, Cancel));
        await cluster.Placement.Run(Cancel);
        Assert.Null(await scene.Placement.WorkFor(cheat.Id, Cancel));
        await Make(scene, render, 1);
        var again = await Make(scene, render, 1);
        await Eventually.Holds(() => Pictures(render).Any());
        await Picture(render);

        var done = await View(render);
        Assert.Equal((WorkState.Succeeded, 2 * UnitMicros), (done.State, done.Charged.Micros));
        Assert.Equal(new UnitAudits(2, 2, 1, 0), done.Audits);
        Assert.Contains(Pictures(render).Single().Units, unit => unit.Sha256 == again.Delivery.SumsSha256);
        Assert.DoesNotContain(Pictures(render).Single().Units, unit => unit.Sha256 == bad.Delivery.SumsSha256);
        Assert.Equal(0, await cluster.Free(Chart.Accrued(cheat.Provider)));
        Assert.Equal(1, (await scene.Device(cheat).Describe(Cancel))!.FailedAudits);
        Assert.Equal(0, (await scene.Device(scene.Devices[1]).Describe(Cancel))!.FailedAudits);
        var failure = Assert.Single(await cluster.Register.List(
            RegisterKinds.ProofFailure, cheat.Provider.Value, null, null, 10, Cancel));
        Assert.Equal("failed-audit", failure.State);
        Assert.Equal(1, await Rate(cheat, micros: 1));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_unit_that_every_provider_fails_at_ends_the_render_free_of_charge()
    {
        var scene = await Scene.Open(cluster, devices: RenderLimits.AttemptsMax, micros: 100_000_000);
        var render = await Submit(scene);
        cluster.Leaves.Find(render.Value, FakeLeafAuditor.Bad);

        for (var device = 0; device < RenderLimits.AttemptsMax; device++)
        {
            Assert.Equal(device, (await View(render)).Audits?.Failed ?? 0);
            await Make(scene, render, device);
            await Eventually.Holds(async () => await View(render) is var view
                && (view.Audits?.Failed == device + 1 || WorkCycle.IsTerminal(view.State)));
            await cluster.Placement.Run(Cancel);
        }

        var done = await View(render);
        Assert.Equal((WorkState.Failed, "unit-failed", CausedBy.Provider), (done.State, done.Ending!.Code, done.Ending.CausedBy));
        Assert.Equal(0, done.Charged.Micros);
        Assert.Equal(100_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_check_that_a_crash_forgot_is_begun_again()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene);
        cluster.Leaves.Find(render.Value, _ => new TaskCompletionSource<UnitAuditOutcome>().Task);
        await Make(scene, render, 0);
        await Make(scene, render, 0);

        await cluster.Restart();
        cluster.Leaves.Find(render.Value, FakeLeafAuditor.Good);
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);
        await Eventually.Holds(() => Pictures(render).Any());
        await Picture(render);

        var done = await View(render);
        Assert.Equal((WorkState.Succeeded, 2 * UnitMicros), (done.State, done.Charged.Micros));
        Assert.Equal(new UnitAudits(2, 2, 0, 0), done.Audits);
        Assert.Equal(3, cluster.Leaves.Asked(render.Value).Count());
        await cluster.AssertSettled(render.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_charge_that_broke_after_the_verdicts_is_posted_once(bool written)
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene);
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        await Eventually.Holds(() => Pictures(render).Any());
        cluster.Books.FailNext($"charge:{render}:{scene.Devices[0].Provider}", written);

        // Written and not heard of is looked up at once; not written is posted after the restart.
        await Record.ExceptionAsync(() => Picture(render));
        await cluster.Restart();
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);

        var done = await View(render);
        Assert.Equal((WorkState.Succeeded, 2 * UnitMicros), (done.State, done.Charged.Micros));
        Assert.Equal(new UnitAudits(2, 2, 0, 0), done.Audits);
        await cluster.AssertSettled(render.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_whose_storing_or_telling_broke_counts_once_and_the_unit_is_never_used(bool isStored)
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var render = await Submit(scene);
        var breaks = true;
        cluster.Leaves.Find(render.Value, _ =>
        {
            if (breaks)
            {
                cluster.Storage.FailNextWrite(isStored ? scene.Devices[0].Id.Value : render.Value);
                breaks = false;
            }

            return Task.FromResult(FakeLeafAuditor.Bad);
        });
        await Make(scene, render, 0);
        await Eventually.Holds(() => !breaks);

        await Eventually.Holds(async () =>
        {
            await Grain(render).Wake(Cancel);
            return (await View(render)).Audits is { Failed: 1 };
        });

        Assert.Equal(isStored ? 1 : 2, cluster.Leaves.Asked(render.Value).Count());
        Assert.Equal(1, (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits);
        Assert.Equal(new UnitAudits(0, 0, 1, 0), (await View(render)).Audits);
        await Grain(render).Cancel(Cancel);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_unit_of_several_leaves_is_delivered_again_with_them_when_it_is_drawn()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, samples: 16 * Leaves);

        var made = await Make(scene, render, 0);
        Assert.IsType<DeliverOutcome.Open>(made.Outcome);
        Assert.IsType<DeliverOutcome.Open>(await Grain(render).Deliver(made.Work.Attempt, made.Delivery, Cancel));
        await cluster.Restart();
        Assert.Equal(0, (await View(render)).UnitsDone);
        Assert.IsType<DeliverOutcome.Open>(await Grain(render).Deliver(made.Work.Attempt, made.Delivery, Cancel));
        var opened = made.Delivery with { Leaves = Open(made.Work.Unit!.Unit) };
        Assert.IsType<DeliverOutcome.Accepted>(await Grain(render).Deliver(made.Work.Attempt, opened, Cancel));
        Assert.IsType<DeliverOutcome.Accepted>(await Grain(render).Deliver(made.Work.Attempt, opened, Cancel));

        await Eventually.Holds(async () => (await View(render)).UnitsDone == 1);
        var asked = Assert.Single(cluster.Leaves.Asked(render.Value));
        Assert.Equal(opened.Leaves, asked.Leaves);
        Assert.Equal(Enumerable.Range(0, Leaves), asked.Places.Order());
        await Grain(render).Cancel(Cancel);
        await cluster.AssertSettled(render.Value);
    }

    [Theory]
    [InlineData("root")]
    [InlineData("sums")]
    [InlineData("unsigned")]
    [InlineData("short")]
    [InlineData("absent")]
    public async Task What_was_committed_to_cannot_be_changed_once_it_is_drawn(string change)
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, samples: 16 * Leaves);
        var made = await Make(scene, render, 0);
        var unit = made.Work.Unit!.Unit;
        var other = Commit(made.Work);
        var opened = made.Delivery with { Leaves = Open(unit) };
        var changed = change switch
        {
            "root" => opened with { Result = opened.Result! with { Leaves = other.Result!.Leaves } },
            "sums" => opened with { SumsSha256 = other.SumsSha256 },
            "unsigned" => opened with { Result = null },
            "short" => opened with { Leaves = Open(unit, leaves: Leaves - 1) },
            _ => opened with { Leaves = opened.Leaves! with { Sha256 = new string('0', 64) } },
        };

        Assert.IsType<DeliverOutcome.Refused>(await Grain(render).Deliver(made.Work.Attempt, changed, Cancel));

        Assert.IsType<DeliverOutcome.Stale>(await Grain(render).Deliver(made.Work.Attempt, opened, Cancel));
        Assert.Empty(cluster.Leaves.Asked(render.Value));
        await Grain(render).Cancel(Cancel);
        await cluster.AssertSettled(render.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_drawn_and_shows_nothing_earns_nothing_and_loses_its_trust(bool falls)
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var device = scene.Devices[0];
        await Trust(device);
        Assert.True(await Rate(device, UnitMicros / 100) < 1);
        var render = await Submit(scene, samples: 16 * Leaves);
        var made = await Make(scene, render, 0);
        Assert.IsType<DeliverOutcome.Open>(made.Outcome);

        if (falls)
        {
            await Grain(render).Lose(made.Work.Attempt, Cancel);
        }
        else
        {
            await Grain(render).Fail(made.Work.Attempt, new("out-of-memory", "x", CausedBy.Provider), Cancel);
        }

        Assert.Equal(1, await Rate(device, UnitMicros / 100));
        Assert.Equal(0, (await scene.Device(device).Describe(Cancel))!.FailedAudits);
        await Grain(render).Cancel(Cancel);
        Assert.Equal(0, await cluster.Free(Chart.Accrued(device.Provider)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_unit_that_is_close_goes_to_others_without_blame_and_is_taken_when_they_are_no_wiser()
    {
        var scene = await Scene.Open(cluster, devices: RenderLimits.DoubtsMax + 1, micros: 100_000_000);
        var render = await Submit(scene);
        var (unit, before) = (-1, 0);
        cluster.Leaves.Find(render.Value, FakeLeafAuditor.Near);

        for (var device = 0; device < RenderLimits.DoubtsMax; device++)
        {
            var made = await Make(scene, render, device);
            unit = unit < 0 ? made.Work.Unit!.Unit.Index : unit;
            Assert.Equal(unit, made.Work.Unit!.Unit.Index);
            await Eventually.Holds(async () => (await View(render)).Audits?.Doubted == before + 1);
            before++;
            await cluster.Placement.Run(Cancel);

            // The same device gets the other unit, and not this one again.
            if (await scene.Placement.WorkFor(scene.Devices[device].Id, Cancel) is { } another)
            {
                Assert.NotEqual(unit, another.Unit!.Unit.Index);
                await Grain(render).Lose(another.Attempt, Cancel);
                await cluster.Placement.Run(Cancel);
            }

            await scene.Beat(scene.Devices[device]);
        }

        await Make(scene, render, RenderLimits.DoubtsMax);
        await Eventually.Holds(async () => (await View(render)).UnitsDone == 1);
        cluster.Leaves.Find(render.Value, FakeLeafAuditor.Good);
        await Make(scene, render, RenderLimits.DoubtsMax);
        await Eventually.Holds(() => Pictures(render).Any());
        await Picture(render);

        var done = await View(render);
        Assert.Equal((WorkState.Succeeded, 2 * UnitMicros), (done.State, done.Charged.Micros));
        Assert.Equal(new UnitAudits(2, 1, 0, RenderLimits.DoubtsMax), done.Audits);
        Assert.All(scene.Devices, device =>
            Assert.Equal(0, scene.Device(device).Describe(Cancel).GetAwaiter().GetResult()!.FailedAudits));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_unit_that_is_close_comes_back_to_its_device_where_nobody_else_takes_it()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, deadlineSeconds: 7_200);
        cluster.Leaves.Find(render.Value, FakeLeafAuditor.Near);
        var first = await Make(scene, render, 0);
        await Eventually.Holds(async () => (await View(render)).Audits is { Doubted: 1 });
        cluster.Clock.Advance(TimeSpan.FromMinutes(11));
        await scene.Beat(scene.Devices[0]);
        await cluster.Placement.Run(Cancel);

        var again = await Make(scene, render, 0);

        Assert.Equal(first.Work.Unit!.Unit.Index, again.Work.Unit!.Unit.Index);
        await Eventually.Holds(async () => (await View(render)).Audits is { Doubted: 2 });
        await Grain(render).Cancel(Cancel);
        await cluster.AssertSettled(render.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_check_that_cannot_be_made_or_has_no_end_is_given_up_and_the_unit_is_paid_for(bool hasEnd)
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, deadlineSeconds: 7_200);
        cluster.Leaves.Find(render.Value, _ => hasEnd
            ? Task.FromResult<UnitAuditOutcome>(new UnitAuditOutcome.Skipped("too large"))
            : new TaskCompletionSource<UnitAuditOutcome>().Task);
        await Make(scene, render, 0);
        await Make(scene, render, 0);

        if (!hasEnd)
        {
            Assert.Empty(Pictures(render));
            cluster.Clock.Advance(TimeSpan.FromHours(1));
            await cluster.Placement.Run(Cancel);
        }

        await Eventually.Holds(() => Pictures(render).Any());
        await Picture(render);
        var done = await View(render);
        Assert.Equal((WorkState.Succeeded, 2 * UnitMicros), (done.State, done.Charged.Micros));
        Assert.Equal(new UnitAudits(2, 0, 0, 0), done.Audits);
        Assert.Equal("unchecked", (await Receipt(done)).GetProperty("verdict").GetString());
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_render_that_ends_before_a_verdict_does_not_pay_for_the_unit_and_a_cheat_is_marked_all_the_same()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene);
        var verdict = new TaskCompletionSource<UnitAuditOutcome>();
        cluster.Leaves.Find(render.Value, _ => verdict.Task);
        await Make(scene, render, 0);

        await Grain(render).Cancel(Cancel);
        verdict.SetResult(FakeLeafAuditor.Bad);
        await Eventually.Holds(async () => (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits == 1);

        var done = await View(render);
        Assert.Equal((WorkState.Cancelled, 0), (done.State, done.Charged.Micros));
        Assert.Equal(100_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_device_that_is_trusted_is_checked_now_and_then()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        await Trust(scene.Devices[0]);
        await SetAsk(scene, UnitMicros / 100);
        var render = await Submit(scene, frames: 10);

        for (var number = 0; number < 20; number++)
        {
            await Make(scene, render, 0);
        }

        await Eventually.Holds(() => Pictures(render).Select(one => one.Frame).Distinct().Count() == 10);
        var view = await View(render);
        Assert.Equal(20, view.Audits!.Committed);
        Assert.InRange(view.Audits.Passed, 0, 19);
        await Grain(render).Cancel(Cancel);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task Whatever_else_a_cheat_has_made_for_pictures_to_come_is_unpaid_and_made_again_by_others()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var render = await Submit(scene, frames: 3);
        var cheat = scene.Devices[0];
        await MakeUnchecked(scene, render, 0);
        await MakeUnchecked(scene, render, 0);
        await Picture(render);
        var bad = await MakeUnchecked(scene, render, 0);
        var good = await MakeUnchecked(scene, render, 1);
        await Eventually.Holds(() => Pictures(render).Any(asked => asked.Frame == 2));
        Assert.True(await Grain(render).BeginFrame(2, Cancel));
        await MakeUnchecked(scene, render, 0);
        cluster.Leaves.Find(render.Value, FakeLeafAuditor.Bad);

        await Make(scene, render, 0);
        await Eventually.Holds(async () => (await View(render)).Audits is { Failed: 1 });

        // The picture that is there stays; of the others only what the other device made.
        var view = await View(render);
        Assert.Equal((3, 3 * UnitMicros), (view.UnitsDone, view.Bill.Charged.Micros));
        Assert.Equal([2, 1, 0], view.Frames.Select(frame => frame.UnitsDone));
        Assert.Equal(1, (await scene.Device(cheat).Describe(Cancel))!.FailedAudits);
        await cluster.Restart();
        await cluster.Placement.Run(Cancel);
        Assert.Null(await scene.Placement.WorkFor(cheat.Id, Cancel));

        // A picture that was begun with the cheat's sums comes too late.
        Assert.Equal(bad, await MakeUnchecked(scene, render, 1));
        await Grain(render).FrameAssembled(2, new FrameOutcome.Made("bad"), Cancel);
        Assert.Null((await View(render)).Frames[1].ImageSha256);
        Assert.True(await Grain(render).BeginFrame(2, Cancel));
        await Grain(render).FrameAssembled(2, new FrameOutcome.Made("22"), Cancel);
        Assert.Equal("22", (await View(render)).Frames[1].ImageSha256);
        await MakeUnchecked(scene, render, 1);
        await MakeUnchecked(scene, render, 1);
        await Grain(render).FrameAssembled(3, new FrameOutcome.Made("33"), Cancel);

        var done = await View(render);
        Assert.Equal((WorkState.Succeeded, 6 * UnitMicros), (done.State, done.Charged.Micros));
        Assert.Equal(2 * UnitMicros * 9 / 10, await cluster.Free(Chart.Accrued(cheat.Provider)), UnitMicros / 100);
        Assert.NotEqual(bad, good);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task What_a_cheat_waits_to_have_checked_is_judged_and_not_used()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var render = await Submit(scene);
        var verdicts = new[] { new TaskCompletionSource<UnitAuditOutcome>(), new() };
        cluster.Leaves.Find(render.Value, one => verdicts[one.Sums.Unit.Index].Task);
        await Make(scene, render, 0);
        await Make(scene, render, 0);

        verdicts[0].SetResult(FakeLeafAuditor.Bad);
        verdicts[1].SetResult(FakeLeafAuditor.Good);
        await Eventually.Holds(async () =>
            (await cluster.Grains.GetGrain<IReviewedRenderGrain>(render.Value).Log(1, Cancel))!.Count(told => told.What == FrameEventKind.ThrownAway) == 2);

        Assert.Equal(0, (await View(render)).UnitsDone);
        Assert.Equal(1, (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits);
        cluster.Leaves.Find(render.Value, FakeLeafAuditor.Good);
        await cluster.Placement.Run(Cancel);
        await Make(scene, render, 1);
        await Make(scene, render, 1);
        await Eventually.Holds(() => Pictures(render).Any());
        await Picture(render);
        var done = await View(render);
        Assert.Equal((WorkState.Succeeded, 2 * UnitMicros), (done.State, done.Charged.Micros));
        Assert.Equal(0, await cluster.Free(Chart.Accrued(scene.Devices[0].Provider)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task What_a_device_in_doubt_has_made_besides_is_used()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, frames: 2);
        await MakeUnchecked(scene, render, 0);
        cluster.Leaves.Find(render.Value, FakeLeafAuditor.Near);

        await Make(scene, render, 0);
        await Eventually.Holds(async () => (await View(render)).Audits is { Doubted: 1 });

        Assert.Equal((1, UnitMicros), ((await View(render)).UnitsDone, (await View(render)).Bill.Charged.Micros));
        await Grain(render).Cancel(Cancel);
        await cluster.AssertSettled(render.Value);
    }

    private IRenderGrain Grain(RenderId render) => cluster.Grains.GetGrain<IRenderGrain>(render.Value);

    private async Task<RenderView> View(RenderId render) => (await Grain(render).Describe(Cancel))!;

    private IEnumerable<FrameOrder> Pictures(RenderId render) =>
        cluster.Readers.Asked.Where(asked => asked.Render == render);

    private Task Picture(RenderId render) => Grain(render).FrameAssembled(1, new FrameOutcome.Made("11"), Cancel);

    private async Task<JsonElement> Receipt(RenderView view)
    {
        var receipt = (await cluster.Receipts.Find(Assert.Single(view.Receipts), Cancel))!;
        using var body = JsonDocument.Parse(receipt.Body);
        return body.RootElement.Clone();
    }

    private IAuditStandingGrain Standing(DeviceId device) =>
        cluster.Grains.GetGrain<IAuditStandingGrain>(AuditStandingGrain.KeyOfRenders(device));

    private Task<double> Rate(Abstractions.Devices.DeviceView device, long micros) =>
        Standing(device.Id).Rate(Usdc.FromMicros(micros), Cancel);

    /// <summary>The device has done a hundred average units that stood.</summary>
    private async Task Trust(Abstractions.Devices.DeviceView device)
    {
        for (var number = 0; number < 100; number++)
        {
            Assert.Equal(number < AuditRate.FirstAll, await Rate(device, micros: 1) == 1);
            await Standing(device.Id).Found(
                AttemptId.From(Guid.NewGuid()), Usdc.FromMicros(1_000_000), stands: true, Cancel);
        }
    }

    private static Task<Abstractions.Devices.DeviceView> SetAsk(Scene scene, long unitMicros) => scene.Device(scene.Devices[0]).SetAsk(
        Scene.Ask with { Megasample = Usdc.FromMicros(unitMicros * 1_000_000 / 262_144) }, Cancel);

    private async Task<RenderId> Submit(Scene scene, int samples = 16, int frames = 1, int deadlineSeconds = 600)
    {
        var render = RenderId.From(Guid.NewGuid());
        var order = scene.Render(cluster.Blobs.Add([1, 2, 3]), frames) with
        {
            Samples = samples,
            DeadlineSeconds = deadlineSeconds,
        };
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, order, Cancel));
        return render;
    }

    private async Task<(WorkOrder Work, UnitDelivery Delivery, DeliverOutcome Outcome)> Make(
        Scene scene, RenderId render, int device)
    {
        var work = await scene.Pull(device);
        var delivery = Commit(work);
        return (work, delivery, await Grain(render).Deliver(work.Attempt, delivery, Cancel));
    }

    /// <summary>A unit that is bound to nothing, so that it is never drawn; its place in the plan.</summary>
    private async Task<int> MakeUnchecked(Scene scene, RenderId render, int device)
    {
        var work = await scene.Pull(device);
        var unit = work.Unit!.Unit.Index;
        var sums = Scene.Sums(cluster, unit, ++_made);
        Assert.IsType<DeliverOutcome.Accepted>(await Grain(render).Deliver(work.Attempt, sums, Cancel));
        return unit;
    }

    /// <summary>Sums of no scene with a root of their own.</summary>
    private UnitDelivery Commit(WorkOrder work)
    {
        var sums = Scene.Sums(cluster, work.Unit!.Unit.Index, ++_made);
        var root = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{work.Attempt} {_made}")));
        var meter = new Dictionary<string, long>(StringComparer.Ordinal);

        return sums with
        {
            Result = new(work.Attempt, sums.SumsSha256, meter, "a2V5", "c2lnbmF0dXJl", Leaves: root),
        };
    }

    private OpenedLeaves Open(RenderUnit unit, int leaves = Leaves)
    {
        var bytes = new byte[leaves * unit.SumsBytes];
        BitConverter.TryWriteBytes(bytes, ++_made);

        return new(cluster.Blobs.Add(bytes), bytes.Length);
    }
}
