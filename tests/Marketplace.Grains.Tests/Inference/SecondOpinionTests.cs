using System.Security.Cryptography;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Tests.Market;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;
using Marketplace.Solana.Keys;

namespace Marketplace.Grains.Tests.Inference;

/// <summary>Nobody is punished for what one finds by numbers: devices of the same kind are asked first.</summary>
[Collection(MarketCollection.Name)]
public sealed partial class SecondOpinionTests(MarketCluster cluster)
{
    private const int Tokens = 4;

    /// <summary>What the platform measures, and a device whose numbers are its own: off by this much.</summary>
    private const float Platform = 0.5f;
    private const float Claimed = 0;

    private static readonly Keypair Device = Keypair.FromSeed(Enumerable.Repeat((byte)9, 32).ToArray());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_device_that_finds_the_same_decides()
    {
        var (scene, job) = await Doubted(verifiers: 1);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));

        var order = await Pull(scene, 1);

        Assert.Null(order.Text);
        Assert.Equal([0, 1, 2, 3], order.Audit!.Tokens);
        Assert.Equal(LogitThresholds.Processor.Hard, order.Audit.Tolerance);
        var waiting = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal((WorkState.Verifying, TextAudit.Pending), (waiting.State, waiting.Audit!.Word));
        Assert.Equal(0, await Failures(scene, 0));
        Assert.IsType<DeliverOutcome.Accepted>(await Say(scene, job, order, Platform));

        await AssertFailed(scene, job);
        Assert.Equal((1, 0), (await Failures(scene, 0), await Failures(scene, 1)));
        Assert.Single(cluster.Auditor.Asked(job.Value));

        // Told again it is the same; the place is free.
        Assert.IsType<DeliverOutcome.Stale>(await Say(scene, job, order, Platform));
        Assert.Equal(0, (await scene.Device(scene.Devices[1]).Describe(Cancel))!.Running);
    }

    [Fact]
    public async Task Two_devices_that_contradict_the_platform_have_the_text_paid()
    {
        var (scene, job) = await Doubted(verifiers: 2);
        await Say(scene, job, await Pull(scene, 1), Claimed);
        Assert.Equal(WorkState.Verifying, (await scene.Job(job).Describe(Cancel))!.State);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[1].Id, Cancel));

        await Say(scene, job, await Pull(scene, 2), Claimed);

        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Succeeded, TextAudit.Passed), (view.State, view.Audit!.Word));
        Assert.True(view.Charged > Usdc.Zero);
        Assert.Equal((0, 0, 0), (await Failures(scene, 0), await Failures(scene, 1), await Failures(scene, 2)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task Where_two_disagree_a_third_decides_and_the_odd_one_loses_its_trust()
    {
        var (scene, job) = await Doubted(verifiers: 2);
        await Trust(scene, 1);
        await Trust(scene, 2);
        await Say(scene, job, await Pull(scene, 1), Claimed);

        await Say(scene, job, await Pull(scene, 2), Platform);

        await AssertFailed(scene, job);
        Assert.Equal((1, 0, 0), (await Failures(scene, 0), await Failures(scene, 1), await Failures(scene, 2)));
        Assert.Equal(1, await Rate(scene, 1));
        Assert.InRange(await Rate(scene, 2), 0, 0.99);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_nobody_could_be_asked_the_platform_runs_its_check_again_at_once(bool standsNow)
    {
        var (scene, job) = await Doubted(verifiers: 0, again: standsNow ? FakeAuditor.Good : FakeAuditor.Bad);

        var view = await scene.Ended(job);

        Assert.Equal(2, cluster.Auditor.Asked(job.Value).Count());
        Assert.Equal(standsNow ? WorkState.Succeeded : WorkState.Failed, view.State);
        Assert.Equal(standsNow ? 0 : 1, await Failures(scene, 0));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task Where_nobody_comes_the_platform_runs_its_check_again_after_a_while()
    {
        var (scene, job) = await Doubted(verifiers: 1, again: FakeAuditor.Bad);
        cluster.Clock.Advance(TimeSpan.FromSeconds(100));
        await cluster.Placement.Run(Cancel);
        Assert.Single(cluster.Auditor.Asked(job.Value));

        cluster.Clock.Advance(TimeSpan.FromSeconds(21));
        await cluster.Placement.Run(Cancel);

        await AssertFailed(scene, job);
        Assert.Equal(2, cluster.Auditor.Asked(job.Value).Count());
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[1].Id, Cancel));
    }

    [Fact]
    public async Task A_verifier_that_talks_nonsense_is_refused_and_the_next_is_asked()
    {
        var (scene, job) = await Doubted(verifiers: 2);
        var first = await Pull(scene, 1);
        var delivery = Delivered(first, Platform);
        var cut = delivery with { Positions = delivery.Positions[..^MeasuredPosition.Bytes] };

        var refused = Assert.IsType<DeliverOutcome.Refused>(
            await scene.Job(job).CompleteAudit(first.Attempt, cut, Cancel));

        Assert.Equal("3 positions measured, the text has 4", refused.Why);
        Assert.Equal(0, await Failures(scene, 0));
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[1].Id, Cancel));
        await Say(scene, job, await Pull(scene, 2), Platform);
        await AssertFailed(scene, job);
    }

    [Fact]
    public async Task A_verifier_whose_numbers_are_nobody_elses_says_nothing_and_loses_its_trust()
    {
        var (scene, job) = await Doubted(verifiers: 2);
        await Trust(scene, 1);
        await Say(scene, job, await Pull(scene, 1), -1);
        Assert.Equal(WorkState.Verifying, (await scene.Job(job).Describe(Cancel))!.State);

        await Say(scene, job, await Pull(scene, 2), Platform);

        await AssertFailed(scene, job);
        Assert.Equal(1, await Rate(scene, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_verifier_that_dies_or_gives_up_is_followed_by_the_next(bool dies)
    {
        var (scene, job) = await Doubted(verifiers: 2);
        var first = await Pull(scene, 1);

        if (dies)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(50));
            await cluster.Placement.Run(Cancel);
            Assert.IsType<DeliverOutcome.Stale>(await Say(scene, job, first, Claimed));
        }
        else
        {
            await scene.Job(job).Fail(first.Attempt, new("device-fault", "x", CausedBy.Provider), Cancel);
        }

        await Say(scene, job, await Pull(scene, 2), Platform);
        await AssertFailed(scene, job);
        Assert.Equal(1, (await scene.Job(job).Describe(Cancel))!.Attempts);
    }

    [Fact]
    public async Task Verifiers_are_neither_the_renters_own_nor_of_bad_standing_nor_of_before()
    {
        var (scene, job) = await Doubted(verifiers: 2, again: FakeAuditor.Bad);
        await scene.Device(scene.Devices[1]).FailAudit(Domain.Leases.AttemptId.From(Guid.NewGuid()), "job_1", Cancel);
        Assert.Null(await Take(scene, 1));

        // An agent of before says nothing of audits.
        await scene.Device(scene.Devices[2]).KeepModels(new([], [], 0, 1), Cancel);
        Assert.Null(await Take(scene, 2));
        var provider = scene.Devices[2].Provider;
        Assert.NotEqual(
            scene.Customer, (await cluster.Grains.GetGrain<IProviderGrain>(provider.Value).Describe(Cancel))!.Account);

        // Two places of a device of the one that is doubted are no two voices.
        var twin = await scene.Enrol(scene.Devices[0].Provider);
        scene.Devices.Add(twin);
        await scene.Device(twin).KeepModels(new([], [], 0, 1, Audits: true), Cancel);
        Assert.Null(await Take(scene, 3));

        cluster.Clock.Advance(TimeSpan.FromSeconds(130));
        await cluster.Placement.Run(Cancel);
        await AssertFailed(scene, job);
    }

    [Fact]
    public async Task Providers_of_one_owner_have_one_voice()
    {
        var (scene, job) = await Doubted(verifiers: 3);
        await Own(scene, "Ada Lovelace", 1, 2);
        await Say(scene, job, await Pull(scene, 1), Claimed);

        Assert.Null(await Take(scene, 2));
        Assert.Equal(WorkState.Verifying, (await scene.Job(job).Describe(Cancel))!.State);

        await Say(scene, job, await Pull(scene, 3), Claimed);
        Assert.Equal(WorkState.Succeeded, (await scene.Ended(job)).State);
    }

    [Fact]
    public async Task Other_providers_of_whoever_made_the_text_have_no_voice()
    {
        var (scene, job) = await Doubted(verifiers: 3, again: FakeAuditor.Bad);
        await Own(scene, "Grace Hopper", 0, 1, 2, 3);

        Assert.Null(await Take(scene, 1));
        Assert.Null(await Take(scene, 2));
        Assert.Null(await Take(scene, 3));

        cluster.Clock.Advance(TimeSpan.FromSeconds(121));
        await cluster.Placement.Run(Cancel);
        await AssertFailed(scene, job);
    }

    [Fact]
    public async Task A_verifier_that_was_given_the_text_gets_it_though_the_register_is_gone()
    {
        var (scene, job) = await Doubted(verifiers: 1);
        await Eventually.Holds(async () => await scene.Job(job).Ticket(Cancel) is not null);
        await scene.Placement.Requeue(job.Value, Cancel);
        cluster.Rows.FailNextPut(job.Value);

        try
        {
            Assert.NotNull(await scene.Placement.WorkFor(scene.Devices[1].Id, Cancel));
        }
        finally
        {
            cluster.Rows.Heal();
        }
    }

    [Fact]
    public async Task What_was_heard_survives_the_host()
    {
        var (scene, job) = await Doubted(verifiers: 2);
        await Say(scene, job, await Pull(scene, 1), Claimed);

        await cluster.Restart();
        await Introduce(scene);
        Assert.Null(await Take(scene, 1));
        await Say(scene, job, await Pull(scene, 2), Claimed);

        Assert.Equal(WorkState.Succeeded, (await scene.Ended(job)).State);
        Assert.Single(cluster.Auditor.Asked(job.Value));
        await cluster.AssertSettled(job.Value);
    }

    /// <summary>
    /// The platform doubts what an earlier device made; others acquit it. Whoever made the rest is judged before it
    /// is paid.
    /// </summary>
    [Theory]
    [InlineData(Claimed, WorkState.Failed)]
    [InlineData(Platform, WorkState.Succeeded)]
    public async Task Who_went_on_after_a_beginning_that_is_acquitted_is_judged_itself(float claimed, WorkState final)
    {
        var (scene, job) = await DoubtedBeginning(Platform, claimed);
        await Say(scene, job, await Pull(scene, 2), Platform);
        await Say(scene, job, await Pull(scene, 3), Platform);

        var view = await scene.Ended(job);

        Assert.Equal(final, view.State);
        Assert.Equal(final == WorkState.Failed ? LogitVerdict.OtherLogits : null, view.Audit!.Verdict!.Cause);
        Assert.Equal(2, view.Audit.Verdict.Positions);
        Assert.Equal(
            (0, final == WorkState.Failed ? 1 : 0), (await Failures(scene, 0), await Failures(scene, 1)));
        await cluster.AssertSettled(job.Value);
    }

    /// <summary>Of a beginning nothing is claimed: the platform may be the one whose numbers are odd.</summary>
    [Fact]
    public async Task Where_nothing_is_claimed_two_verifiers_bear_each_other_out_and_lose_no_trust()
    {
        var (scene, job) = await DoubtedBeginning(Platform, Claimed);
        await Trust(scene, 2);
        await Trust(scene, 3);
        await Say(scene, job, await Pull(scene, 2), Claimed);
        Assert.Equal(WorkState.Verifying, (await scene.Job(job).Describe(Cancel))!.State);

        await Say(scene, job, await Pull(scene, 3), Claimed);

        Assert.Equal(WorkState.Succeeded, (await scene.Ended(job)).State);
        Assert.InRange(await Rate(scene, 2), 0, 0.99);
        Assert.InRange(await Rate(scene, 3), 0, 0.99);
        Assert.Equal((0, 0), (await Failures(scene, 0), await Failures(scene, 1)));
    }

    [Fact]
    public async Task Where_nothing_is_claimed_numbers_that_are_nobody_elses_cost_no_trust()
    {
        var (scene, job) = await DoubtedBeginning(Platform, Platform, verifiers: 3);
        await Trust(scene, 2);
        await Say(scene, job, await Pull(scene, 2), -1);
        await Say(scene, job, await Pull(scene, 3), Platform);
        await Say(scene, job, await Pull(scene, 4), Platform);

        Assert.Equal(WorkState.Succeeded, (await scene.Ended(job)).State);
        Assert.InRange(await Rate(scene, 2), 0, 0.99);
    }

    /// <summary>Two tokens of one device and the rest of another; the platform doubts the first.</summary>
    private async Task<(Scene Scene, JobId Job)> DoubtedBeginning(float platform, float claimed, int verifiers = 2)
    {
        var scene = await Scene.Open(cluster, devices: 2 + verifiers);
        await Introduce(scene);
        var job = await scene.Submit(scene.Order(Tokens, deadlineSeconds: 60));
        var first = await scene.Pull();
        await scene.Job(job).Accept(first.Attempt, new(0, Scene.Tokens(0, 2)), Cancel);
        await scene.Job(job).Fail(first.Attempt, new("device-fault", "x", CausedBy.Provider), Cancel);
        var work = await Pull(scene, 1);
        cluster.Auditor.Find(job.Value, Task.FromResult<LogitAuditOutcome>(new LogitAuditOutcome.Judged(
            FakeAuditor.Bad with { Cause = LogitVerdict.OtherBeginning },
            FaultAt: 0,
            new(LogitThresholds.Processor, MeasuredPosition.Encode(Off(platform))))));
        await Complete(scene, job, work, Off(claimed)[2..]);
        await IsDoubted(job);
        return (scene, job);
    }

    /// <summary>A text whose device claims what the platform does not find, and the devices that may be asked.</summary>
    private async Task<(Scene Scene, JobId Job)> Doubted(int verifiers, LogitVerdict? again = null)
    {
        var scene = await Scene.Open(cluster, devices: 1 + verifiers);
        await Introduce(scene);
        var job = await scene.Submit(scene.Order(Tokens, deadlineSeconds: 60));
        var work = await scene.Pull();
        var found = new LogitAuditOutcome.Judged(
            FakeAuditor.Bad, null, new(LogitThresholds.Processor, MeasuredPosition.Encode(Off(Platform))));
        cluster.Auditor.Find(job.Value, Task.FromResult<LogitAuditOutcome>(found));

        if (again is not null)
        {
            cluster.Auditor.FindThen(job.Value, again);
        }

        await Complete(scene, job, work, Off(Claimed));

        // Where nobody can be asked, the platform goes on at once.
        if (verifiers > 0)
        {
            await IsDoubted(job);
        }

        return (scene, job);
    }

    /// <summary>The end of a text that claims these records.</summary>
    private static async Task Complete(Scene scene, JobId job, WorkOrder work, IEnumerable<MeasuredPosition> claims)
    {
        byte[] records = [.. claims.SelectMany(one => one.Record.Encode())];
        var commitment = new LogitCommitment(new byte[LogitCommitment.HeaderBytes], records);
        var root = Convert.ToHexStringLower(commitment.Root());
        var result = Signed(work, new string('0', 64), root);
        await scene.Job(job).Complete(
            work.Attempt, new("length", 1, Scene.Tokens(0, Tokens), result, commitment), Cancel);
    }

    /// <summary>What a device signs.</summary>
    private static SignedResult Signed(WorkOrder work, string output, string? logits = null)
    {
        var meter = new Dictionary<string, long>(StringComparer.Ordinal);
        var signature = Device.Sign(SignedText.Result(work.Attempt.Value, work.Work, output, meter, logits));
        return new(
            work.Attempt,
            output,
            meter,
            Convert.ToBase64String(Device.PublicKey.ToArray()),
            Convert.ToBase64String(signature.ToArray()),
            logits);
    }

    /// <summary>These devices' providers are one person's.</summary>
    private async Task Own(Scene scene, string name, params int[] devices)
    {
        foreach (var provider in devices.Select(device => scene.Devices[device].Provider))
        {
            await cluster.Grains.GetGrain<IProviderGrain>(provider.Value).SetIdentity(
                new() { LegalName = name, DateOfBirth = new(1815, 12, 10), Country = "GB" }, Cancel);
        }
    }

    /// <summary>The doubt is stored, and due to be brought to the books.</summary>
    private Task IsDoubted(JobId job) => Eventually.Holds(async () =>
        (await cluster.Register.Find(RegisterKinds.Job, job.Value, Cancel))!.DueAt <= cluster.Clock.GetUtcNow());

    private static async Task Introduce(Scene scene)
    {
        foreach (var device in scene.Devices)
        {
            await scene.Device(device).KeepModels(new([], [], 0, 1, Audits: true), Cancel);
            await scene.Beat(device);
        }
    }

    /// <summary>The sweep brings the text to the books, and the device asks for work.</summary>
    private async Task<WorkOrder?> Take(Scene scene, int device)
    {
        cluster.Clock.Advance(TimeSpan.FromSeconds(11));
        await scene.Beat(scene.Devices[device]);
        await cluster.Placement.Run(Cancel);
        return await scene.Placement.WorkFor(scene.Devices[device].Id, Cancel);
    }

    private async Task<WorkOrder> Pull(Scene scene, int device)
    {
        var order = await Take(scene, device);
        Assert.NotNull(order);
        return order;
    }

    private static Task<DeliverOutcome> Say(Scene scene, JobId job, WorkOrder order, float off) =>
        scene.Job(job).CompleteAudit(order.Attempt, Delivered(order, off), Cancel);

    private static AuditDelivery Delivered(WorkOrder order, float off)
    {
        var positions = MeasuredPosition.Encode(Off(off));
        return new(positions, Signed(order, Convert.ToHexStringLower(SHA256.HashData(positions))));
    }

    private static MeasuredPosition[] Off(float by) =>
    [
        .. Enumerable.Range(0, Tokens).Select(token => new MeasuredPosition(
            new(token, [.. Enumerable.Range(0, LogitRecord.TopCount).Select(at => (at, -0.5f - at + by))], 2), 0)),
    ];

    private IAuditStandingGrain StandingOf(Scene scene, int device) => cluster.Grains.GetGrain<IAuditStandingGrain>(
        AuditStandingGrain.KeyOf(scene.Devices[device].Id, scene.Order().ModelSha256));

    private async Task Trust(Scene scene, int device)
    {
        for (var text = 0; text < 20; text++)
        {
            await StandingOf(scene, device).Judged(
                Domain.Leases.AttemptId.From(Guid.NewGuid()), Usdc.FromMicros(1_000), FakeAuditor.Good, Cancel);
        }
    }

    private Task<double> Rate(Scene scene, int device) =>
        StandingOf(scene, device).Rate(Usdc.FromMicros(100), Cancel);

    private static async Task<int> Failures(Scene scene, int device) =>
        (await scene.Device(scene.Devices[device]).Describe(Cancel))!.FailedAudits;

    private async Task AssertFailed(Scene scene, JobId job)
    {
        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Failed, "failed-audit", Usdc.Zero), (view.State, view.Ending!.Code, view.Charged));
        Assert.Equal(LogitVerdict.OtherLogits, view.Audit!.Verdict!.Cause);
        await cluster.AssertSettled(job.Value);
    }
}
