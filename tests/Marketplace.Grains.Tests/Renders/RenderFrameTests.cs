using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Tests.Market;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Renders;

/// <summary>Frames that do not become pictures, and what is charged for them: nothing.</summary>
[Collection(MarketCollection.Name)]
public sealed class RenderFrameTests(MarketCluster cluster)
{
    private const long UnitMicros = 262_144 * 3;

    private static readonly Ending Broken = new("scene-broken", "The scene cannot be read.", CausedBy.Renter);

    private int _attempts;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_with_bad_sums_is_not_paid_for_them_and_gets_nothing_of_the_render_any_more()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var render = await Submit(scene, frames: 1);
        var bad = await Make(scene, render, 0);
        await Make(scene, render, 1);

        await Spoil(render, bad);
        await cluster.Placement.Run(Cancel);

        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        Assert.Equal(1, (await View(render)).UnitsDone);
        await Make(scene, render, 1);
        await Picture(render, 1);
        var view = await View(render);
        Assert.Equal(WorkState.Succeeded, view.State);
        Assert.Equal(2 * UnitMicros, view.Charged.Micros);
        Assert.Single(view.Receipts);
        Assert.Equal(0, await cluster.Free(Chart.Accrued(scene.Devices[0].Provider)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task One_provider_cannot_fail_a_render_however_many_devices_it_spoils_with()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var hostile = scene.Devices[0].Provider;

        for (var more = 2; more < 6; more++)
        {
            scene.Devices.Add(await scene.Enrol(hostile));
        }

        var render = await Submit(scene, frames: 1);
        await Make(scene, render, 1);

        foreach (var device in new[] { 0, 2, 3 })
        {
            await Spoil(render, await Make(scene, render, device));
            await cluster.Placement.Run(Cancel);
        }

        Assert.Null(await scene.Placement.WorkFor(scene.Devices[4].Id, Cancel));
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[5].Id, Cancel));
        await Make(scene, render, 1);
        await Picture(render, 1);
        Assert.Equal(WorkState.Succeeded, (await View(render)).State);
        Assert.Equal(0, await cluster.Free(Chart.Accrued(hostile)));
    }

    [Fact]
    public async Task Five_providers_that_spoil_a_unit_fail_the_render_and_cost_nothing()
    {
        var scene = await Scene.Open(cluster, devices: 6, micros: 100_000_000);
        var render = await Submit(scene, frames: 1);
        await Make(scene, render, 5);

        for (var device = 0; device < 5; device++)
        {
            Assert.Equal(WorkState.Running, (await View(render)).State);
            await Spoil(render, await Make(scene, render, device));
            await cluster.Placement.Run(Cancel);
        }

        var view = await View(render);
        Assert.Equal((WorkState.Failed, "unit-failed"), (view.State, view.Ending!.Code));
        Assert.Equal(CausedBy.Provider, view.Ending.CausedBy);
        Assert.Equal(0, view.Charged.Micros);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task An_answer_about_sums_that_were_replaced_blames_nobody()
    {
        var scene = await Scene.Open(cluster, devices: 3, micros: 100_000_000);
        var render = await Submit(scene, frames: 1);
        var bad = await Make(scene, render, 0);
        await Make(scene, render, 1);
        await Spoil(render, bad);
        await cluster.Placement.Run(Cancel);
        await Make(scene, render, 2);

        await Spoil(render, bad);

        Assert.Equal(2, (await View(render)).UnitsDone);
    }

    [Fact]
    public async Task Sums_that_the_platform_lost_are_made_again_by_whoever_comes()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, frames: 1);
        var lost = await Make(scene, render, 0);
        await Make(scene, render, 0);

        await Grain(render).FrameAssembled(
            1, new FrameOutcome.BadSums([new(lost.Unit, lost.Sums, "not there", IsLost: true)]), Cancel);
        await cluster.Placement.Run(Cancel);

        Assert.Equal(lost.Unit, (await Make(scene, render, 0)).Unit);
        Assert.Empty(await Failures(scene));
    }

    [Fact]
    public async Task Sums_that_make_no_picture_are_a_failed_proof_of_their_provider_counted_once()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var render = await Submit(scene, frames: 1);
        var spoilt = await Make(scene, render, 0);
        await Make(scene, render, 0);

        await Spoil(render, spoilt);
        await Spoil(render, spoilt);

        var failure = Assert.Single(await Failures(scene));
        Assert.Equal("bad-sums", failure.State);
        Assert.Contains(render.Value, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_render_of_an_account_that_owes_ends_at_the_next_look_and_charges_what_has_a_picture()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, frames: 2);
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        await Picture(render, 1);
        await scene.Owe(5);

        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await cluster.Placement.Run(Cancel);

        var view = await View(render);
        Assert.Equal((WorkState.Cancelled, "account-owes"), (view.State, view.Ending?.Code));
        Assert.Equal(2 * UnitMicros, view.Charged.Micros);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task An_expired_render_charges_the_frames_that_have_a_picture()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, frames: 2);
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        await Picture(render, 1);
        await Make(scene, render, 0);
        cluster.Clock.Advance(TimeSpan.FromSeconds(601));
        await cluster.Placement.Run(Cancel);

        var view = await View(render);
        Assert.Equal(WorkState.Expired, view.State);
        Assert.Equal(2 * UnitMicros, view.Charged.Micros);
        Assert.Equal((1, 2), (view.Bill.Frames, view.Bill.Units));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_frame_that_only_lacks_its_picture_at_the_deadline_gets_it_and_is_paid()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, frames: 2);
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        cluster.Clock.Advance(TimeSpan.FromSeconds(601));
        await cluster.Placement.Run(Cancel);

        var view = await View(render);
        Assert.Equal((WorkState.Running, FrameState.Assembling), (view.State, view.Frames[0].State));
        await scene.Beat(scene.Devices[0]);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));

        await Picture(render, 1);
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await cluster.Placement.Run(Cancel);

        view = await View(render);
        Assert.Equal((WorkState.Expired, "deadline-passed"), (view.State, view.Ending?.Code));
        Assert.Equal((2 * UnitMicros, 1, 2), (view.Charged.Micros, view.Bill.Frames, view.Bill.Units));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_last_picture_that_is_made_after_the_deadline_is_a_success()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, frames: 1);
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        cluster.Clock.Advance(TimeSpan.FromSeconds(601));
        await cluster.Placement.Run(Cancel);
        await Picture(render, 1);

        var view = await View(render);
        Assert.Equal((WorkState.Succeeded, 2 * UnitMicros), (view.State, view.Charged.Micros));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task At_the_deadline_attempts_are_abandoned_and_no_other_frame_becomes_complete()
    {
        var (scene, render, running) = await AtTheDeadline();
        var late = Scene.Sums(cluster, running.Unit!.Unit.Index, ++_attempts);
        Assert.IsType<DeliverOutcome.Stale>(await Grain(render).Deliver(running.Attempt, late, Cancel));
        Assert.True(await scene.Device(scene.Devices[0]).Runs(running.Attempt, Cancel));

        await cluster.Placement.Run(Cancel);

        Assert.False(await scene.Device(scene.Devices[0]).Runs(running.Attempt, Cancel));
        Assert.IsType<DeliverOutcome.Stale>(await Grain(render).Deliver(running.Attempt, late, Cancel));
        Assert.False(await Grain(render).BeginFrame(2, Cancel));
        await Grain(render).Pause(Cancel);
        Assert.Null((await View(render)).PausedAt);
        await AssertPaidForTheFirst(render);
    }

    [Fact]
    public async Task An_account_that_owes_after_the_deadline_pays_for_pictures_alone()
    {
        var (scene, render, _) = await AtTheDeadline();
        await cluster.Placement.Run(Cancel);
        await scene.Owe(5);
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await cluster.Placement.Run(Cancel);

        var view = await View(render);
        Assert.Equal((WorkState.Expired, "deadline-passed"), (view.State, view.Ending?.Code));
        Assert.Equal(0, view.Charged.Micros);
        await cluster.AssertSettled(render.Value);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    [InlineData(true, 0)]
    public async Task Who_cancels_after_the_deadline_pays_for_no_frame_that_was_not_whole_by_then(
        bool isLookedAt, int unitsPaid)
    {
        var (_, render, _) = await AtTheDeadline();

        if (isLookedAt)
        {
            await cluster.Placement.Run(Cancel);
        }

        // The picture is not waited for any longer.
        cluster.Clock.Advance(unitsPaid == 0 ? RenderLimits.AssemblyGrace : TimeSpan.Zero);
        var wouldBe = (await View(render)).Bill.Charged;

        await Grain(render).Cancel(Cancel);

        var view = await View(render);
        Assert.Equal((WorkState.Cancelled, "cancelled"), (view.State, view.Ending?.Code));
        Assert.Equal((unitsPaid * UnitMicros, unitsPaid), (view.Charged.Micros, view.Bill.Units));
        Assert.Equal(view.Charged, wouldBe);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task Attempts_that_fail_after_the_deadline_fail_no_render()
    {
        var (scene, render, running) = await AtTheDeadline(accusers: 1);
        Assert.IsType<DeliverOutcome.Stale>(await Grain(render).Fail(running.Attempt, Broken, Cancel));
        await Grain(render).Lose(running.Attempt, Cancel);
        await cluster.Placement.Run(Cancel);

        Assert.Equal(WorkState.Running, (await View(render)).State);
        Assert.IsType<DeliverOutcome.Stale>(await Grain(render).Fail(running.Attempt, Broken, Cancel));
        await AssertPaidForTheFirst(render);
    }

    [Fact]
    public async Task A_render_that_no_device_is_left_for_after_the_deadline_gets_its_pictures()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, frames: 2);
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        var work = await scene.Pull();
        await Grain(render).Fail(work.Attempt, new("out-of-memory", "It does not fit.", CausedBy.Provider), Cancel);
        cluster.Clock.Advance(TimeSpan.FromSeconds(601));
        await cluster.Placement.Run(Cancel);

        Assert.Equal(WorkState.Running, (await View(render)).State);
        await AssertPaidForTheFirst(render);
    }

    [Fact]
    public async Task An_order_from_before_a_bound_could_be_named_is_the_same_as_one_with_the_bound_it_had()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var (render, order) = (RenderId.From(Guid.NewGuid()), scene.Render(cluster.Blobs.Add([1, 2, 3]), frames: 1));
        Assert.IsType<SubmitOutcome.Accepted>(await Again(order));

        var usual = order with { Settings = new() { IndirectMax = RenderLimits.IndirectMaxUnnamed } };
        Assert.True(Assert.IsType<SubmitOutcome.Accepted>(await Again(usual)).Replayed);
        Assert.True(Assert.IsType<SubmitOutcome.Accepted>(await Again(order with { Settings = new() })).Replayed);
        Assert.IsType<SubmitOutcome.KeyTaken>(await Again(order with { Settings = new() { IndirectMax = 0 } }));
        Assert.IsType<SubmitOutcome.KeyTaken>(
            await Again(usual with { Settings = usual.Settings with { ToneMap = ToneMapping.Agx } }));

        Task<SubmitOutcome> Again(RenderOrder repeat) =>
            scene.Placement.SubmitRender(render, scene.Customer, repeat, Cancel);
    }

    /// <summary>
    /// Two frames, the first one complete, the second one half made and half at work, a second after the deadline.
    /// </summary>
    private async Task<(Scene Scene, RenderId Render, WorkOrder Running)> AtTheDeadline(int accusers = 0)
    {
        var scene = await Scene.Open(cluster, devices: 1 + accusers, micros: 100_000_000);
        var render = await Submit(scene, frames: 2);
        await Make(scene, render, 0);
        await Make(scene, render, 0);

        for (var device = 1; device <= accusers; device++)
        {
            await Accuse(scene, render, device);
        }

        await Make(scene, render, 0);
        var running = await scene.Pull();
        cluster.Clock.Advance(TimeSpan.FromSeconds(595));
        await scene.Beat(scene.Devices[0], running.Attempt);
        cluster.Clock.Advance(TimeSpan.FromSeconds(6));

        return (scene, render, running);
    }

    private async Task AssertPaidForTheFirst(RenderId render)
    {
        await Picture(render, 1);
        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await cluster.Placement.Run(Cancel);
        var view = await View(render);
        Assert.Equal((WorkState.Expired, "deadline-passed"), (view.State, view.Ending?.Code));
        Assert.Equal((2 * UnitMicros, 1, 2), (view.Charged.Micros, view.Bill.Frames, view.Bill.Units));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_render_without_any_picture_expires_free_of_charge()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, frames: 1);
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        cluster.Clock.Advance(TimeSpan.FromSeconds(601));
        await cluster.Placement.Run(Cancel);
        Assert.Equal(WorkState.Running, (await View(render)).State);
        cluster.Clock.Advance(RenderLimits.AssemblyGrace);
        await cluster.Placement.Run(Cancel);

        Assert.Equal((WorkState.Expired, 0), ((await View(render)).State, (await View(render)).Charged.Micros));
        Assert.Equal(100_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_frame_that_the_platform_fails_at_is_tried_again_over_restarts_and_then_ends_free_of_charge()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, frames: 1);
        await Make(scene, render, 0);
        await Make(scene, render, 0);

        for (var tries = 1; tries < RenderLimits.AssembliesMax; tries++)
        {
            Assert.Equal(tries, Asked(render));
            Assert.True(await Grain(render).BeginFrame(1, Cancel));
            await Grain(render).FrameAssembled(1, new FrameOutcome.Fault("The disk is full."), Cancel);
            await cluster.Restart();
            await cluster.Placement.Run(Cancel);
            Assert.Equal(tries, Asked(render));
            cluster.Clock.Advance(RenderLimits.AssemblyPauseMax);
            await scene.Beat(scene.Devices[0]);
            await cluster.Placement.Run(Cancel);
        }

        Assert.True(await Grain(render).BeginFrame(1, Cancel));
        await Grain(render).FrameAssembled(1, new FrameOutcome.Fault("The disk is full."), Cancel);

        var view = await View(render);
        Assert.Equal((WorkState.Failed, "frame-failed"), (view.State, view.Ending!.Code));
        Assert.Equal(CausedBy.Platform, view.Ending.CausedBy);
        Assert.Equal(0, view.Charged.Micros);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_frame_that_takes_its_host_down_is_not_begun_for_ever()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var render = await Submit(scene, frames: 1);
        await Make(scene, render, 0);
        await Make(scene, render, 0);

        for (var tries = 1; tries <= RenderLimits.AssembliesMax; tries++)
        {
            Assert.True(await Grain(render).BeginFrame(1, Cancel));
            await cluster.Restart();
        }

        Assert.False(await Grain(render).BeginFrame(1, Cancel));
        Assert.Equal("frame-failed", (await View(render)).Ending!.Code);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task One_rigs_word_that_the_order_is_at_fault_ends_nothing_and_the_word_of_two_is_free_of_charge()
    {
        var scene = await Scene.Open(cluster, devices: 4, micros: 100_000_000);
        var render = await Submit(scene, frames: 2);
        await Make(scene, render, 3);
        await Make(scene, render, 3);
        await Picture(render, 1);
        await Make(scene, render, 3);
        scene.Devices.Add(await scene.Enrol(scene.Devices[0].Provider));

        await Accuse(scene, render, 0);
        await Accuse(scene, render, 4);
        Assert.Equal(WorkState.Running, (await View(render)).State);
        await Accuse(scene, render, 1);

        var view = await View(render);
        Assert.Equal((WorkState.Failed, CausedBy.Renter), (view.State, view.Ending!.CausedBy));
        Assert.Equal(2 * UnitMicros, view.Charged.Micros);
        Assert.Equal(0, await cluster.Free(Chart.Accrued(scene.Devices[0].Provider)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_render_takes_no_more_asks_than_its_settlement_holds_and_lets_known_ones_in_again()
    {
        var scene = await Scene.Open(cluster, micros: 1_000_000_000);
        var render = await Submit(scene, frames: 52);

        for (var share = 0; share < RenderLimits.SharesMax; share++)
        {
            await SetAsk(scene, share);
            await Make(scene, render, 0);
        }

        await SetAsk(scene, RenderLimits.SharesMax);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        await scene.Placement.Requeue(render.Value, Cancel);
        await SetAsk(scene, 7);
        await Make(scene, render, 0);

        await Grain(render).Cancel(Cancel);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_full_render_that_all_have_left_lets_others_in_after_a_while_and_up_to_a_limit()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 1_000_000_000);
        var render = RenderId.From(Guid.NewGuid());
        var order = scene.Render(cluster.Blobs.Add([1, 2, 3]), frames: 80) with { DeadlineSeconds = 14_400 };
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, order, Cancel));

        for (var share = 0; share < RenderLimits.SharesMax; share++)
        {
            await SetAsk(scene, share);
            await Make(scene, render, 0);
        }

        await Wait(RenderLimits.SharersSilence - TimeSpan.FromSeconds(1));
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[1].Id, Cancel));
        await Wait(TimeSpan.FromSeconds(31));
        await Make(scene, render, 1);

        for (var spare = 1; spare < RenderLimits.SparesMax; spare++)
        {
            if (spare % RenderLimits.SparesAtOnce == 0)
            {
                await Wait(RenderLimits.SharersSilence + TimeSpan.FromSeconds(31));
            }

            await SetAsk(scene, RenderLimits.SharesMax + spare);
            await Make(scene, render, 0);
        }

        await Wait(RenderLimits.SharersSilence + TimeSpan.FromSeconds(31));
        await SetAsk(scene, RenderLimits.SharesMax + RenderLimits.SparesMax);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        await Grain(render).Cancel(Cancel);
        await cluster.AssertSettled(render.Value);

        async Task Wait(TimeSpan time)
        {
            cluster.Clock.Advance(time);
            await scene.Beat(scene.Devices[0]);
            await scene.Beat(scene.Devices[1]);
            await cluster.Placement.Run(Cancel);
        }
    }

    private static Task<DeviceView> SetAsk(Scene scene, int lower) => scene.Device(scene.Devices[0]).SetAsk(
        Scene.Ask with { Megasample = Usdc.FromMicros(Scene.Ask.Megasample.Micros - lower) }, Cancel);

    private IRenderGrain Grain(RenderId render) => cluster.Grains.GetGrain<IRenderGrain>(render.Value);

    private async Task<RenderView> View(RenderId render) => (await Grain(render).Describe(Cancel))!;

    private int Asked(RenderId render) => cluster.Readers.Asked.Count(asked => asked.Render == render);

    private async Task<RenderId> Submit(Scene scene, int frames)
    {
        var (render, order) = (RenderId.From(Guid.NewGuid()), scene.Render(cluster.Blobs.Add([1, 2, 3]), frames));
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, order, Cancel));
        return render;
    }

    private async Task<(int Unit, string Sums)> Make(Scene scene, RenderId render, int device)
    {
        var work = await scene.Pull(device);
        var unit = work.Unit!.Unit.Index;
        var sums = Scene.Sums(cluster, unit, ++_attempts);
        Assert.IsType<DeliverOutcome.Accepted>(await Grain(render).Deliver(work.Attempt, sums, Cancel));
        return (unit, sums.SumsSha256);
    }

    private async Task Accuse(Scene scene, RenderId render, int device)
    {
        var work = await scene.Pull(device);
        await Grain(render).Fail(work.Attempt, Broken, Cancel);
        await cluster.Placement.Run(Cancel);
    }

    private Task<IReadOnlyList<RegisterRow>> Failures(Scene scene) => cluster.Register.List(
        RegisterKinds.ProofFailure, scene.Devices[0].Provider.Value, null, null, 10, Cancel);

    private Task Spoil(RenderId render, (int Unit, string Sums) made) => Grain(render).FrameAssembled(
        1, new FrameOutcome.BadSums([new(made.Unit, made.Sums, "NaN at pixel (1, 1)", IsLost: false)]), Cancel);

    private Task Picture(RenderId render, int frame) =>
        Grain(render).FrameAssembled(frame, new FrameOutcome.Made($"{frame}{frame}"), Cancel);
}
