using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Tests.Market;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Devices;

[Collection(MarketCollection.Name)]
public sealed class DeviceTests(MarketCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_opens_once_for_each_challenge_and_survives_a_restart()
    {
        var scene = await Scene.Open(cluster);
        var device = scene.Device(scene.Devices[0]);
        var challenge = await device.Challenge(Cancel);
        var session = await device.OpenSession(challenge!.Nonce, Cancel);

        Assert.Null(await device.OpenSession(challenge.Nonce, Cancel));
        Assert.Equal(scene.Devices[0].Id, SessionToken.DeviceOf(session!.Token));
        await cluster.Restart();
        Assert.True(await device.IsSession(session.Token, Cancel));
        Assert.False(await device.IsSession(session.Token + "x", Cancel));
        cluster.Clock.Advance(TimeSpan.FromHours(13));
        Assert.False(await device.IsSession(session.Token, Cancel));
    }

    [Fact]
    public async Task Challenges_that_strangers_ask_for_do_not_end_the_devices_own()
    {
        var scene = await Scene.Open(cluster);
        var device = scene.Device(scene.Devices[0]);
        var own = await device.Challenge(Cancel);
        var late = await device.Challenge(Cancel);

        for (var asked = 0; asked < 100; asked++)
        {
            await device.Challenge(Cancel);
        }

        byte[] forged = [.. own!.Nonce];
        forged[^1] ^= 1;
        Assert.Null(await device.OpenSession(forged, Cancel));
        Assert.Null(await device.OpenSession([1, 2, 3], Cancel));
        Assert.NotNull(await device.OpenSession(own.Nonce, Cancel));
        Assert.Null(await device.OpenSession(own.Nonce, Cancel));
        cluster.Clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Null(await device.OpenSession(late!.Nonce, Cancel));
    }

    [Fact]
    public async Task A_suspension_reaches_devices_beyond_the_first_page_of_the_list()
    {
        var scene = await Scene.Open(cluster);
        await scene.Submit();
        var owner = scene.Devices[0].Provider;
        var others = Enumerable.Range(0, 1_000).Select(number => new RegisterRow(
            RegisterKinds.Device, DeviceId.From(Guid.NewGuid()).Value, owner.Value, "retired", "{}", null));

        foreach (var part in others.Chunk(250))
        {
            await cluster.Register.Put(part, Cancel);
        }

        await cluster.Grains.GetGrain<IProviderGrain>(owner.Value).Suspend(new("key_admin", "fraud case 7"), Cancel);

        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_suspension_that_a_crash_cut_off_is_finished_by_the_sweep(bool isResumed)
    {
        var scene = await Scene.Open(cluster);
        await scene.Submit();
        var provider = cluster.Grains.GetGrain<IProviderGrain>(scene.Devices[0].Provider.Value);

        if (isResumed)
        {
            await provider.Suspend(new("key_admin", "fraud case 7"), Cancel);
        }

        cluster.Storage.FailNextWrite(scene.Devices[0].Id.Value);
        await Assert.ThrowsAnyAsync<Exception>(() => isResumed
            ? provider.Resume(new("key_admin", "cleared"), Cancel)
            : provider.Suspend(new("key_admin", "fraud case 7"), Cancel));
        await cluster.Restart();
        await scene.Beat(scene.Devices[0]);
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);

        var view = await scene.Device(scene.Devices[0]).Describe(Cancel);
        Assert.Equal(isResumed ? DeviceStanding.Listed : DeviceStanding.Suspended, view!.Standing);
        Assert.DoesNotContain(
            await cluster.Register.Due(RegisterKinds.Provider, cluster.Clock.GetUtcNow() + TimeSpan.FromDays(1), 500, Cancel),
            row => row.Id == scene.Devices[0].Provider.Value);
    }

    [Fact]
    public async Task A_draining_device_finishes_what_it_has_and_gets_nothing_new()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        await scene.Submit();
        var work = await scene.Pull();
        await scene.Device(scene.Devices[0]).Drain(new("key_admin", "maintenance"), Cancel);

        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Complete(work.Attempt, new("stop", 1, Scene.Tokens(0, 1)), Cancel));
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        await scene.Device(scene.Devices[0]).Undrain(new("key_admin", "done"), Cancel);
        await scene.Pull();
        var acts = await cluster.Grains.GetGrain<IStatementGrain>(0).Audit(null, 10, Cancel);
        Assert.Contains(acts.Data, act => act.Action == "device.drain" && act.Subject == scene.Devices[0].Id.Value);
    }

    [Fact]
    public async Task An_act_without_a_reason_is_refused()
    {
        var scene = await Scene.Open(cluster);

        await Assert.ThrowsAsync<ArgumentException>(
            () => scene.Device(scene.Devices[0]).Drain(new("key_admin", " "), Cancel));
    }

    [Fact]
    public async Task Devices_of_a_suspended_provider_leave_the_market_until_it_is_resumed()
    {
        var scene = await Scene.Open(cluster);
        await scene.Submit();
        var provider = cluster.Grains.GetGrain<IProviderGrain>(scene.Devices[0].Provider.Value);

        await provider.Suspend(new("key_admin", "fraud case 7"), Cancel);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        Assert.DoesNotContain(await scene.Placement.Offers(Cancel), offer => offer.Device == scene.Devices[0].Id);
        await provider.Resume(new("key_admin", "cleared"), Cancel);
        await scene.Pull();
    }

    [Fact]
    public async Task A_device_gives_no_more_places_than_it_has_slots()
    {
        var scene = await Scene.Open(cluster);
        await scene.Submit();
        await scene.Submit();
        await scene.Pull();

        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
    }

    [Fact]
    public async Task A_device_that_disconnects_has_a_short_grace_before_its_job_is_lost()
    {
        var scene = await Scene.Open(cluster);
        await scene.Submit();
        var work = await scene.Pull();
        var device = scene.Device(scene.Devices[0]);
        await device.Disconnected(Cancel);

        Assert.True(await device.Runs(work.Attempt, Cancel));
        cluster.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.True(await device.Runs(work.Attempt, Cancel));
        cluster.Clock.Advance(TimeSpan.FromSeconds(16));
        Assert.False(await device.Runs(work.Attempt, Cancel));
    }

    [Fact]
    public async Task An_offer_leaves_the_market_when_its_device_falls_silent()
    {
        var scene = await Scene.Open(cluster);

        Assert.Contains(await scene.Placement.Offers(Cancel), offer => offer.Device == scene.Devices[0].Id);
        cluster.Clock.Advance(TimeSpan.FromSeconds(46));
        Assert.DoesNotContain(await scene.Placement.Offers(Cancel), offer => offer.Device == scene.Devices[0].Id);
    }

    [Fact]
    public async Task An_abandoned_attempt_is_told_however_many_others_were_done_just_now()
    {
        var scene = await Scene.Open(cluster);
        var device = scene.Device(scene.Devices[0]);
        var unwanted = AttemptId.From(Guid.NewGuid());

        for (var done = 0; done < 2 * DeviceSpec.SlotsMax; done++)
        {
            await device.Release(AttemptId.From(Guid.NewGuid()), Cancel);
        }

        await device.Abandon(unwanted, Cancel);

        Assert.Equal([unwanted], await device.Heartbeat(new(0, [unwanted]), Cancel));
    }

    [Fact]
    public async Task Of_too_many_abandoned_attempts_the_newest_are_told()
    {
        var scene = await Scene.Open(cluster);
        var device = scene.Device(scene.Devices[0]);
        var all = Enumerable.Range(0, DeviceSpec.SlotsMax + 1).Select(_ => AttemptId.From(Guid.NewGuid())).ToArray();

        foreach (var attempt in all)
        {
            await device.Abandon(attempt, Cancel);
        }

        Assert.Equal([all[^1]], await device.Heartbeat(new(0, [all[0], all[^1]]), Cancel));
    }

    [Fact]
    public async Task A_heartbeat_that_set_out_before_the_end_of_an_attempt_takes_no_place_for_it()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        await scene.Submit();
        var work = await scene.Pull();
        await scene.Job(job).Complete(work.Attempt, new("stop", 1, Scene.Tokens(0, 1)), Cancel);

        Assert.Empty(await scene.Device(scene.Devices[0]).Heartbeat(new(0, [work.Attempt]), Cancel));
        await scene.Pull();
    }
}
