using System.Diagnostics.Metrics;
using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Tests.Market;
using Marketplace.Grains.Verification;

namespace Marketplace.Grains.Tests.Inference;

/// <summary>A text that is drawn is paid for when its check says so, whatever happens in between.</summary>
[Collection(MarketCollection.Name)]
public sealed class InferenceJobAuditTests(MarketCluster cluster)
{
    private const int Tokens = 4;
    private static readonly AdminAct Act = new("acc_admin", "a false alarm");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_text_that_stands_is_charged_and_its_receipt_tells_the_check()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);

        var outcome = await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);

        Assert.IsType<DeliverOutcome.Accepted>(outcome);
        var view = await scene.Ended(job);
        Assert.Equal(WorkState.Succeeded, view.State);
        Assert.Equal(TextAudit.Passed, view.Audit!.Word);
        Assert.Equal(AuditDraw.Million, view.Audit.Draw!.RatePpm);
        Assert.True(view.Charged > Usdc.Zero);
        var asked = Assert.Single(cluster.Auditor.Asked(job.Value));
        Assert.Equal(Tokens, asked.Tokens.Count);
        Assert.Equal(DeviceKind.Host, asked.Kind);
        Assert.Equal("a2V5", asked.Claim!.Result.PublicKey);

        var receipt = (await cluster.Receipts.Find(view.Receipt!.Value, Cancel))!;
        using var body = JsonDocument.Parse(receipt.Body);
        var audit = body.RootElement.GetProperty("audit");
        Assert.Equal("passed", body.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(view.Audit.Draw.Root, audit.GetProperty("root").GetString());
        Assert.Equal(1_000_000, audit.GetProperty("ratePpm").GetInt32());
        Assert.Equal(4, audit.GetProperty("positions").GetInt32());
        Assert.Equal(1_000, audit.GetProperty("driftNano").GetInt64());
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_text_that_does_not_stand_costs_nothing_and_earns_nothing()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        cluster.Auditor.Find(job.Value, FakeAuditor.Bad);

        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);

        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Failed, "failed-audit", CausedBy.Provider), (view.State, view.Ending!.Code, view.Ending.CausedBy));
        Assert.Equal(TextAudit.Failed, view.Audit!.Word);
        Assert.Equal(Usdc.Zero, view.Charged);
        Assert.Null(view.Receipt);
        Assert.Equal(1_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        Assert.Equal(0, await cluster.Free(Chart.Accrued(scene.Devices[0].Provider)));
        await cluster.AssertSettled(job.Value);
        Assert.Equal(1, (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits);
        Assert.IsType<DeliverOutcome.Stale>(
            await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel));
    }

    [Fact]
    public async Task While_its_check_is_to_come_the_escrow_stays_and_nothing_ends_the_job()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        var verdict = new TaskCompletionSource<LogitAuditOutcome>();
        cluster.Auditor.Find(job.Value, verdict.Task);
        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);
        var escrow = (await scene.Job(job).Describe(Cancel))!.Reserved.Micros;

        // The deadline passes, the renter cancels, the rig repeats itself, fails and falls silent, the sweep looks.
        cluster.Clock.Advance(TimeSpan.FromSeconds(9));
        await scene.Job(job).Cancel(Cancel);
        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel));
        Assert.IsType<DeliverOutcome.Stale>(
            await scene.Job(job).Fail(work.Attempt, new("x", "x", CausedBy.Provider), Cancel));
        Assert.False(await scene.Job(job).Lose(work.Attempt, Cancel));
        cluster.Clock.Advance(TimeSpan.FromSeconds(40));
        await cluster.Placement.Run(Cancel);

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal(WorkState.Verifying, view.State);
        Assert.Equal(TextAudit.Pending, view.Audit!.Word);
        Assert.Equal(escrow, await cluster.Free(Chart.Escrow(job.Value)));
        Assert.Single(cluster.Auditor.Asked(job.Value));

        verdict.SetResult(new LogitAuditOutcome.Judged(FakeAuditor.Good));
        Assert.Equal(WorkState.Succeeded, (await scene.Ended(job)).State);
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_check_that_a_crash_forgot_is_begun_again_and_ends_with_one_charge()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        cluster.Auditor.Find(job.Value, new TaskCompletionSource<LogitAuditOutcome>().Task);
        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);

        await cluster.Restart();
        cluster.Auditor.Find(job.Value, FakeAuditor.Good);
        cluster.Clock.Advance(TimeSpan.FromSeconds(11));
        await cluster.Placement.Run(Cancel);

        var view = await scene.Ended(job);
        Assert.Equal(WorkState.Succeeded, view.State);
        Assert.Equal(2, cluster.Auditor.Asked(job.Value).Count());
        Assert.Equal(1_000_000 - view.Charged.Micros, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_verdict_whose_posting_broke_is_posted_once(bool written)
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        cluster.Books.FailNext($"charge:{job}", written);
        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);
        await Eventually.Holds(() => cluster.Auditor.Asked(job.Value).Any());

        await cluster.Restart();
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);

        var view = await scene.Ended(job);
        Assert.Equal(TextAudit.Passed, view.Audit!.Word);
        Assert.Equal(1_000_000 - view.Charged.Micros, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_verdict_that_could_not_be_told_is_told_later_and_counted_once()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        var counted = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Name == "marketplace.audits")
            {
                all.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref counted, (int)count));
        listener.Start();

        // The verdict is stored; the standing of its device, which hears of it next, is not.
        var model = scene.Order(Tokens, deadlineSeconds: 60).ModelSha256;
        cluster.Storage.FailNextWrite(AuditStandingGrain.KeyOf(scene.Devices[0].Id, model));
        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);
        await Eventually.Holds(() => Volatile.Read(ref counted) > 0);
        Assert.Equal(WorkState.Verifying, (await scene.Job(job).Describe(Cancel))!.State);

        cluster.Clock.Advance(TimeSpan.FromSeconds(11));
        await cluster.Placement.Run(Cancel);

        var view = await scene.Ended(job);
        Assert.Equal(TextAudit.Passed, view.Audit!.Word);
        Assert.Equal(1, counted);
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_check_that_the_platform_cannot_make_is_paid_for_with_its_reason()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        cluster.Auditor.Find(job.Value, Task.FromResult<LogitAuditOutcome>(new LogitAuditOutcome.Skipped("too large")));

        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);

        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Succeeded, TextAudit.Unchecked, "too large"), (view.State, view.Audit!.Word, view.Audit.Skipped));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_check_without_an_end_is_given_up()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        cluster.Auditor.Find(job.Value, new TaskCompletionSource<LogitAuditOutcome>().Task);
        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);

        cluster.Clock.Advance(TimeSpan.FromHours(1));
        await cluster.Placement.Run(Cancel);

        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Succeeded, TextAudit.Unchecked), (view.State, view.Audit!.Word));
        Assert.Contains("no verdict", view.Audit.Skipped, StringComparison.Ordinal);
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_text_that_nobody_can_judge_costs_nothing_and_is_nobodys_fault()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        cluster.Auditor.Find(job.Value, Task.FromResult<LogitAuditOutcome>(new LogitAuditOutcome.Undecidable("no numbers")));

        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);

        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Failed, "unverifiable", Usdc.Zero), (view.State, view.Ending!.Code, view.Charged));
        Assert.Equal(0, (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits);
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_check_that_takes_its_host_down_is_not_begun_for_ever()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        cluster.Auditor.Find(job.Value, new TaskCompletionSource<LogitAuditOutcome>().Task);
        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);

        for (var restart = 0; restart < 3; restart++)
        {
            await cluster.Restart();
            Assert.NotNull(await scene.Job(job).Describe(Cancel));
        }

        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Failed, "unverifiable"), (view.State, view.Ending!.Code));
        Assert.Equal(3, cluster.Auditor.Asked(job.Value).Count());
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_verdict_that_comes_too_late_moves_no_money_and_counts_nevertheless()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        var verdict = new TaskCompletionSource<LogitAuditOutcome>();
        cluster.Auditor.Find(job.Value, verdict.Task);
        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);
        cluster.Clock.Advance(TimeSpan.FromHours(1));
        await cluster.Placement.Run(Cancel);
        var paid = await scene.Ended(job);

        verdict.SetResult(new LogitAuditOutcome.Judged(FakeAuditor.Bad));
        await Eventually.Holds(async () => (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits == 1);

        Assert.Equal(paid.Charged, (await scene.Job(job).Describe(Cancel))!.Charged);
        await cluster.AssertSettled(job.Value);
    }

    /// <summary>One that is a matter of numbers is nobody's fault without a second opinion: it is a doubt.</summary>
    [Fact]
    public async Task A_verdict_by_numbers_that_comes_too_late_has_the_device_watched_and_counts_as_no_failure()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        var verdict = new TaskCompletionSource<LogitAuditOutcome>();
        cluster.Auditor.Find(job.Value, verdict.Task);
        await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);
        cluster.Clock.Advance(TimeSpan.FromHours(1));
        await cluster.Placement.Run(Cancel);
        await scene.Ended(job);
        var standing = AuditStandingGrain.KeyOf(
            scene.Devices[0].Id, scene.Order(Tokens, deadlineSeconds: 60).ModelSha256);
        var told = cluster.Storage.Written(standing, cluster.Storage.Writes(standing) + 1);

        verdict.SetResult(new LogitAuditOutcome.Judged(
            FakeAuditor.Bad, Evidence: new(LogitThresholds.Processor, [])));
        await told.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        var state = cluster.Storage.Stored<AuditStandingState>("audit-standing", standing);
        Assert.Equal((0, 0, 0d), (state.Checked, state.Failed, state.Standing));
        Assert.True(state.WatchedUntil > cluster.Clock.GetUtcNow());
        Assert.Equal(0, (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits);
    }

    [Fact]
    public async Task A_beginning_that_does_not_stand_is_blamed_on_the_device_that_made_it()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var job = await scene.Submit(scene.Order(Tokens, deadlineSeconds: 60));
        var first = await scene.Pull(0);
        await scene.Job(job).Accept(first.Attempt, new(0, Scene.Tokens(0, 2)), Cancel);
        var second = await Second(scene);
        cluster.Auditor.Find(job.Value, Task.FromResult<LogitAuditOutcome>(
            new LogitAuditOutcome.Judged(new(LogitVerdict.OtherBeginning, 0, 0, 0, 0), FaultAt: 1)));

        await scene.Job(job).Complete(second.Attempt, Delivery(second.Attempt, Tokens, made: 2), Cancel);

        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Failed, Usdc.Zero), (view.State, view.Charged));
        Assert.Equal(1, (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits);
        Assert.Equal(0, (await scene.Device(scene.Devices[1]).Describe(Cancel))!.FailedAudits);
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task What_an_earlier_device_has_made_is_not_charged_by_the_one_that_ends_the_text()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var job = await scene.Submit(scene.Order(Tokens, deadlineSeconds: 60));
        var first = await scene.Pull(0);
        await scene.Job(job).Accept(first.Attempt, new(0, Scene.Tokens(0, Tokens)), Cancel);
        var second = await Second(scene);

        await scene.Job(job).Complete(second.Attempt, Delivery(second.Attempt, Tokens, made: 0), Cancel);

        // One token of the prompt at the ask of one micro-USDC.
        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Succeeded, 1, Tokens), (view.State, view.Charged.Micros, view.OutputTokens));
        await cluster.AssertSettled(job.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_text_that_was_cut_short_is_checked_before_what_was_made_is_billed(bool stands)
    {
        cluster.RequireCommitments(true);

        try
        {
            var scene = await Scene.Open(cluster);
            var (job, work) = await Start(scene);
            await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 3)), Cancel);
            cluster.Auditor.Find(job.Value, stands ? FakeAuditor.Good : FakeAuditor.Bad);

            await scene.Job(job).Cancel(Cancel);

            var view = await scene.Ended(job);
            Assert.Null(Assert.Single(cluster.Auditor.Asked(job.Value)).Claim);
            Assert.Equal(stands ? WorkState.Cancelled : WorkState.Failed, view.State);
            Assert.Equal(stands ? "cancelled" : "failed-audit", view.Ending!.Code);
            Assert.Equal(stands ? 6 : 0, view.Charged.Micros);
            await cluster.AssertSettled(job.Value);
        }
        finally
        {
            cluster.RequireCommitments(false);
        }
    }

    [Fact]
    public async Task A_models_text_without_a_commitment_is_refused_where_it_is_required()
    {
        cluster.RequireCommitments(true);

        try
        {
            var scene = await Scene.Open(cluster);
            var (job, work) = await Start(scene);
            var bare = Delivery(work.Attempt) with { Commitment = null };

            var refused = Assert.IsType<DeliverOutcome.Refused>(
                await scene.Job(job).Complete(work.Attempt, bare, Cancel));

            Assert.Contains("without a signed commitment", refused.Why, StringComparison.Ordinal);
            await scene.Job(job).Cancel(Cancel);
        }
        finally
        {
            cluster.RequireCommitments(false);
        }
    }

    [Fact]
    public async Task A_commitment_of_another_number_of_tokens_is_refused()
    {
        var scene = await Scene.Open(cluster);
        var (job, work) = await Start(scene);
        var delivery = Delivery(work.Attempt);
        var short1 = delivery with { Commitment = delivery.Commitment! with { Records = new byte[3 * LogitCommitment.RecordBytes] } };

        var refused = Assert.IsType<DeliverOutcome.Refused>(
            await scene.Job(job).Complete(work.Attempt, short1, Cancel));

        Assert.Equal("3 records of 4 tokens", refused.Why);
        await scene.Job(job).Cancel(Cancel);
    }

    [Fact]
    public async Task A_device_earns_trust_and_loses_it_with_a_text_that_does_not_stand()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);

        // At this ask each is worth more than an average text, and none earns more than one.
        var rates = new List<int>();

        for (var number = 0; number < 12; number++)
        {
            var (job, work) = await Start(scene, tokens: 100);
            await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt, 100), Cancel);
            rates.Add((await scene.Ended(job)).Audit!.Draw!.RatePpm);
        }

        Assert.All(rates.Take(10), rate => Assert.Equal(AuditDraw.Million, rate));
        Assert.InRange(rates[^1], 1, AuditDraw.Million - 1);

        var bad = await StartDrawn(scene);
        cluster.Auditor.Find(bad.Job.Value, FakeAuditor.Bad);
        await scene.Job(bad.Job).Complete(bad.Attempt, bad.Delivery, Cancel);
        Assert.Equal(WorkState.Failed, (await scene.Ended(bad.Job)).State);

        var (next, again) = await Start(scene, tokens: 100);
        await scene.Job(next).Complete(again.Attempt, Delivery(again.Attempt, 100), Cancel);
        Assert.Equal(AuditDraw.Million, (await scene.Ended(next)).Audit!.Draw!.RatePpm);
    }

    [Fact]
    public async Task Two_texts_that_do_not_stand_set_a_device_aside_until_it_is_reinstated()
    {
        var scene = await Scene.Open(cluster);
        var device = scene.Device(scene.Devices[0]);

        for (var number = 0; number < 2; number++)
        {
            Assert.Equal(DeviceStanding.Listed, (await device.Describe(Cancel))!.Standing);
            var (job, work) = await Start(scene);
            cluster.Auditor.Find(job.Value, FakeAuditor.Bad);
            await scene.Job(job).Complete(work.Attempt, Delivery(work.Attempt), Cancel);
            await scene.Ended(job);
        }

        Assert.Equal(DeviceStanding.SetAside, (await device.Describe(Cancel))!.Standing);
        await scene.Beat(scene.Devices[0]);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));

        await device.Reinstate(Act, Cancel);
        Assert.Equal(DeviceStanding.Listed, (await device.Describe(Cancel))!.Standing);
    }

    [Fact]
    public async Task Time_alone_brings_a_device_back()
    {
        var scene = await Scene.Open(cluster);
        var device = scene.Device(scene.Devices[0]);
        await device.FailAudit(AttemptId.From(Guid.NewGuid()), "job_1", Cancel);
        var twice = AttemptId.From(Guid.NewGuid());
        await device.FailAudit(twice, "job_2", Cancel);
        await device.FailAudit(twice, "job_2", Cancel);

        var view = (await device.Describe(Cancel))!;
        Assert.Equal((DeviceStanding.SetAside, 2), (view.Standing, view.FailedAudits));
        // Past the days without every timer on the way.
        cluster.Clock.AdjustTime(cluster.Clock.GetUtcNow() + TimeSpan.FromDays(31));
        await scene.Beat(scene.Devices[0]);
        Assert.Equal(DeviceStanding.Listed, (await device.Describe(Cancel))!.Standing);
    }

    /// <summary>The first device falls silent and the second takes its job.</summary>
    private async Task<Abstractions.Market.WorkOrder> Second(Scene scene)
    {
        cluster.Clock.Advance(TimeSpan.FromSeconds(50));
        await scene.Beat(scene.Devices[1]);
        await cluster.Placement.Run(Cancel);
        return await scene.Pull(1);
    }

    private static async Task<(Domain.Inference.JobId Job, Abstractions.Market.WorkOrder Work)> Start(
        Scene scene, int tokens = Tokens)
    {
        var job = await scene.Submit(scene.Order(tokens, deadlineSeconds: 60));
        await scene.Beat(scene.Devices[0]);
        return (job, await scene.Pull());
    }

    /// <summary>A job with a delivery whose root is drawn, which takes a few tries of a device that is trusted.</summary>
    private async Task<(Domain.Inference.JobId Job, AttemptId Attempt, TextDelivery Delivery)> StartDrawn(Scene scene)
    {
        var (job, work) = await Start(scene, tokens: 100);
        var secret = cluster.Secrets.SecretOf(AuditSecrets.DayOf(cluster.Clock.GetUtcNow()));
        var delivery = Enumerable.Range(0, 10_000)
            .Select(salt => Delivery(work.Attempt, 100, salt))
            .First(one => AuditRate.IsDrawn(secret, one.Commitment!.Root(), 0.001));
        return (job, work.Attempt, delivery);
    }

    private static TextDelivery Delivery(AttemptId attempt, int tokens = Tokens, int salt = 0, int? made = null)
    {
        var header = new byte[LogitCommitment.HeaderBytes];
        BitConverter.TryWriteBytes(header, salt);
        BitConverter.TryWriteBytes(header.AsSpan(4), attempt.GetHashCode());
        var commitment = new LogitCommitment(header, new byte[(made ?? tokens) * LogitCommitment.RecordBytes]);
        var result = new SignedResult(
            attempt,
            new string('0', 64),
            new Dictionary<string, long>(StringComparer.Ordinal),
            "a2V5",
            "c2lnbmF0dXJl",
            Convert.ToHexStringLower(commitment.Root()));

        return new("length", 1, Scene.Tokens(0, tokens), result, commitment);
    }
}
