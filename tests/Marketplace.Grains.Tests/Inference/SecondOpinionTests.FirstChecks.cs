using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Inference;

/// <summary>Texts that the platform cannot check itself: a drawn device of another owner computes them first.</summary>
public sealed partial class SecondOpinionTests
{
    private const string TooLarge = "the model is too large";

    [Fact]
    public async Task What_the_platform_cannot_check_a_device_checks_and_the_receipt_says_so()
    {
        var (scene, job) = await Unable(verifiers: 1);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        var order = await Await(scene, 1);
        Assert.Equal([0, 1, 2, 3], order.Audit!.Tokens);
        Assert.Equal(TextAudit.Pending, (await scene.Job(job).Describe(Cancel))!.Audit!.Word);

        Assert.IsType<DeliverOutcome.Accepted>(await Say(scene, job, order, Claimed));

        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Succeeded, TextAudit.Passed), (view.State, view.Audit!.Word));
        Assert.StartsWith("host.rig-", view.Audit.By, StringComparison.Ordinal);
        Assert.Equal(Tokens, view.Audit.Verdict!.Positions);
        Assert.True(view.Charged > Usdc.Zero);
        var receipt = (await cluster.Receipts.Find(view.Receipt!.Value, Cancel))!;
        Assert.Contains($"\"by\":\"{view.Audit.By}\"", receipt.Body, StringComparison.Ordinal);
        Assert.Empty(view.Findings);
        Assert.Single(cluster.Auditor.Asked(job.Value));
        Assert.Equal(0, (await scene.Device(scene.Devices[1]).Describe(Cancel))!.Running);
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task Where_nobody_else_is_listed_the_text_stays_unchecked_at_once_and_says_so()
    {
        var (scene, job) = await Unable(verifiers: 0);

        await AssertUnchecked(scene, job, $"{TooLarge}, and no other device has");
    }

    [Fact]
    public async Task Where_nobody_comes_in_time_the_text_stays_unchecked_and_says_so()
    {
        var (scene, job) = await Unable(verifiers: 1);
        cluster.Clock.Advance(TimeSpan.FromSeconds(100));
        await cluster.Placement.Run(Cancel);
        Assert.Equal(WorkState.Verifying, (await scene.Job(job).Describe(Cancel))!.State);

        cluster.Clock.Advance(TimeSpan.FromSeconds(21));
        await cluster.Placement.Run(Cancel);

        await AssertUnchecked(scene, job, $"{TooLarge}, and no other device has");
    }

    [Fact]
    public async Task Nobody_is_asked_where_second_opinions_are_switched_off()
    {
        cluster.Verification.SecondOpinions = false;

        try
        {
            var (scene, job) = await Unable(verifiers: 1);
            await AssertUnchecked(scene, job, TooLarge);
        }
        finally
        {
            cluster.Verification.SecondOpinions = true;
        }
    }

    [Fact]
    public async Task A_fault_that_a_device_finds_is_nobodys_before_another_finds_the_same()
    {
        var (scene, job) = await Unable(verifiers: 2);
        var first = await Await(scene, 1);
        Assert.IsType<DeliverOutcome.Accepted>(await Say(scene, job, first, Platform));
        Assert.Equal(TextAudit.Pending, (await scene.Job(job).Describe(Cancel))!.Audit!.Word);
        Assert.Equal(0, await Failures(scene, 0));

        // Told again it is the same.
        Assert.IsType<DeliverOutcome.Accepted>(await Say(scene, job, first, Platform));
        Assert.Contains(scene.Devices[1].Id, (await scene.Job(job).Describe(Cancel))!.Heard);

        await Say(scene, job, await Await(scene, 2), Platform);

        await AssertFailed(scene, job);
        Assert.Equal((1, 0, 0), (await Failures(scene, 0), await Failures(scene, 1), await Failures(scene, 2)));
        var (_, holds) = await Read(Assert.Single((await scene.Job(job).Describe(Cancel))!.Findings));
        Assert.Equal(2, holds.Measured.Count);
        Assert.All(holds.Measured, one => Assert.StartsWith("host.rig-", one.By, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fault_that_one_device_finds_and_nobody_else_looks_at_has_the_text_paid_and_its_device_watched()
    {
        var (scene, job) = await Unable(verifiers: 1);
        await Trust(scene, 0);

        await Say(scene, job, await Await(scene, 1), Platform);

        await AssertUnchecked(scene, job, $"{TooLarge}, and one device doubts it, and no other has looked");
        Assert.Equal((0, 1.0), (await Failures(scene, 0), await Rate(scene, 0)));
        var (_, holds) = await Read(Assert.Single((await scene.Job(job).Describe(Cancel))!.Findings));
        Assert.Equal((TextAudit.Unchecked, LogitVerdict.OtherLogits), (holds.Verdict, holds.Cause));
    }

    [Fact]
    public async Task A_device_that_makes_numbers_up_is_outvoted_and_loses_its_trust()
    {
        var (scene, job) = await Unable(verifiers: 3);
        await Trust(scene, 1);
        await Trust(scene, 2);
        await Say(scene, job, await Await(scene, 1), -1);
        await Say(scene, job, await Await(scene, 2), Claimed);
        Assert.Equal(WorkState.Verifying, (await scene.Job(job).Describe(Cancel))!.State);

        await Say(scene, job, await Await(scene, 3), Claimed);

        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Succeeded, TextAudit.Passed), (view.State, view.Audit!.Word));
        Assert.Equal(1, await Rate(scene, 1));
        Assert.InRange(await Rate(scene, 2), 0, 0.99);
        var (_, holds) = await Read(FindingId.Parse(Assert.Single(await Listed(scene, 1)).Id));
        Assert.Equal((FindingKind.Opinion, "not-borne-out", true), (holds.Kind, holds.Cause, holds.IsSigned));
        Assert.Equal(0, await Failures(scene, 0));
    }

    [Fact]
    public async Task What_one_accepts_a_second_looks_at_where_that_is_drawn()
    {
        var (scene, job) = await Unable(verifiers: 2, again: 1);
        await Say(scene, job, await Await(scene, 1), Claimed);
        Assert.Equal(WorkState.Verifying, (await scene.Job(job).Describe(Cancel))!.State);

        // What was heard survives the host.
        await cluster.Restart();
        await Introduce(scene);
        await Say(scene, job, await Await(scene, 2), Claimed);

        Assert.Equal((WorkState.Succeeded, TextAudit.Passed), await Outcome(scene, job));
        Assert.Empty((await scene.Job(job).Describe(Cancel))!.Findings);
    }

    /// <summary>The device and its friend tell the same made-up numbers; two others find the true ones.</summary>
    [Fact]
    public async Task A_friend_that_accepts_a_cheat_is_found_out_by_the_second_look()
    {
        var (scene, job) = await Unable(verifiers: 3, again: 1);
        await Trust(scene, 1);
        await Say(scene, job, await Await(scene, 1), Claimed);
        await Say(scene, job, await Await(scene, 2), Platform);
        Assert.Equal(WorkState.Verifying, (await scene.Job(job).Describe(Cancel))!.State);

        await Say(scene, job, await Await(scene, 3), Platform);

        await AssertFailed(scene, job);
        Assert.Equal((1, 0), (await Failures(scene, 0), await Failures(scene, 1)));
        Assert.Equal(1, await Rate(scene, 1));
    }

    [Fact]
    public async Task Where_no_second_one_comes_what_one_has_accepted_stands()
    {
        var (scene, job) = await Unable(verifiers: 1, again: 1);
        await Say(scene, job, await Await(scene, 1), Claimed);

        Assert.Equal((WorkState.Succeeded, TextAudit.Passed), await Outcome(scene, job));
    }

    /// <summary>Nothing is claimed of it, so that one device could say anything.</summary>
    [Theory]
    [InlineData(1, TextAudit.Unchecked)]
    [InlineData(2, TextAudit.Passed)]
    public async Task A_text_that_was_cut_short_needs_two_devices(int verifiers, string word)
    {
        var scene = await Scene.Open(cluster, devices: 1 + verifiers);
        await Introduce(scene);
        var job = await scene.Submit(scene.Order(Tokens, deadlineSeconds: 600));
        cluster.Auditor.Find(job.Value, CannotCheck());
        cluster.RequireCommitments(true);

        try
        {
            var work = await scene.Pull();
            await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 3)), Cancel);
            await scene.Job(job).Cancel(Cancel);
        }
        finally
        {
            cluster.RequireCommitments(false);
        }

        for (var device = 1; device <= verifiers; device++)
        {
            var order = await Await(scene, device);
            Assert.Equal(3, order.Audit!.Tokens.Count);
            var positions = MeasuredPosition.Encode(Off(-device)[..3]);
            await scene.Job(job).CompleteAudit(order.Attempt, new(positions, Signed(order, new('0', 64))), Cancel);
        }

        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Cancelled, word), (view.State, view.Audit!.Word));
        Assert.True(view.Charged > Usdc.Zero);
    }

    /// <summary>Whoever waits for a cheat's text does not get it for being quick.</summary>
    [Fact]
    public async Task Who_looks_is_drawn_and_not_who_comes_first()
    {
        var (scene, job) = await Unable(verifiers: 2);
        var draw = (await scene.Job(job).Describe(Cancel))!.Audit!.Draw!;
        var providers = scene.Devices.Skip(1).Select(device => device.Provider).ToArray();
        var drawn = VerifierDraw.Order(
            cluster.Secrets.SecretOf(draw), Convert.FromHexString(draw.Root), providers)[0];
        var (first, second) = drawn == providers[0] ? (1, 2) : (2, 1);

        Assert.Null(await Take(scene, second));
        await scene.Beat(scene.Devices[first]);
        Assert.NotNull(await scene.Placement.WorkFor(scene.Devices[first].Id, Cancel));
    }

    [Fact]
    public async Task Who_was_not_drawn_gets_it_when_the_drawn_one_does_not_come()
    {
        var (scene, job) = await Unable(verifiers: 2);
        await Say(scene, job, await Await(scene, 1), Claimed);

        Assert.Equal((WorkState.Succeeded, TextAudit.Passed), await Outcome(scene, job));
    }

    [Fact]
    public async Task Other_providers_of_whoever_made_the_text_accept_nothing()
    {
        var (scene, job) = await Unable(verifiers: 1);
        await Own(scene, "Mary Somerville", 0, 1);

        Assert.Null(await Take(scene, 1));

        await AssertUnchecked(scene, job, $"{TooLarge}, and no other device has");
    }

    [Fact]
    public async Task What_the_platform_does_not_come_to_is_given_to_others_after_a_while()
    {
        var (scene, job) = await Busy(verifiers: 1);
        Assert.Null(await Take(scene, 1));

        cluster.Clock.Advance(cluster.Verification.PlatformPatience);
        await Eventually.Holds(async () => await scene.Job(job).Ticket(Cancel) is not null);
        await Say(scene, job, await Await(scene, 1), Claimed);

        Assert.Equal((WorkState.Succeeded, TextAudit.Passed), await Outcome(scene, job));
        Assert.Single(cluster.Auditor.Asked(job.Value));
    }

    [Fact]
    public async Task What_nobody_else_can_look_at_keeps_its_place_with_the_platform()
    {
        var verdict = new TaskCompletionSource<LogitAuditOutcome>();
        var (scene, job) = await Busy(verifiers: 0, verdict.Task);
        cluster.Clock.Advance(cluster.Verification.PlatformPatience);
        await cluster.Placement.Run(Cancel);
        Assert.Equal(WorkState.Verifying, (await scene.Job(job).Describe(Cancel))!.State);

        verdict.SetResult(new LogitAuditOutcome.Judged(FakeAuditor.Good));

        var view = await scene.Ended(job);
        Assert.Equal((TextAudit.Passed, FindingMeasure.Platform), (view.Audit!.Word, view.Audit.By));
        Assert.Single(cluster.Auditor.Asked(job.Value));
    }

    /// <summary>The platform comes to it in the end, and what it doubts others are asked about as ever.</summary>
    [Fact]
    public async Task Where_no_device_comes_the_platform_goes_on_with_what_it_can_check()
    {
        var (scene, job) = await Busy(verifiers: 1);
        cluster.Auditor.FindThen(job.Value, FakeAuditor.Good);
        cluster.Clock.Advance(cluster.Verification.PlatformPatience);
        await Eventually.Holds(async () => await scene.Job(job).Ticket(Cancel) is not null);

        cluster.Clock.Advance(TimeSpan.FromSeconds(121));
        await cluster.Placement.Run(Cancel);

        var view = await scene.Ended(job);
        Assert.Equal((TextAudit.Passed, FindingMeasure.Platform), (view.Audit!.Word, view.Audit.By));
    }

    private static Task<LogitAuditOutcome> CannotCheck() => Task.FromResult<LogitAuditOutcome>(
        new LogitAuditOutcome.Skipped(TooLarge, LogitThresholds.Processor));

    /// <summary>A text in order that the platform cannot check, and the devices that may.</summary>
    private async Task<(Scene Scene, JobId Job)> Unable(int verifiers, double again = 0)
    {
        cluster.Verification.SecondCheckRate = again;
        var (scene, job, work) = await Begun(verifiers);
        cluster.Auditor.Find(job.Value, CannotCheck());
        await Complete(scene, job, work, Off(Claimed));

        if (verifiers > 0 && cluster.Verification.SecondOpinions)
        {
            await IsDoubted(job);
        }

        return (scene, job);
    }

    /// <summary>A text in order that the platform could check, and does not come to.</summary>
    private async Task<(Scene Scene, JobId Job)> Busy(int verifiers, Task<LogitAuditOutcome>? outcome = null)
    {
        cluster.Verification.SecondCheckRate = 0;
        var (scene, job, work) = await Begun(verifiers);
        cluster.Auditor.Find(job.Value, outcome ?? new TaskCompletionSource<LogitAuditOutcome>().Task);
        cluster.Auditor.See(job.Value, new LogitAuditOutcome.Skipped("too much to do", LogitThresholds.Processor));
        await Complete(scene, job, work, Off(Claimed));
        return (scene, job);
    }

    private async Task<(Scene Scene, JobId Job, WorkOrder Work)> Begun(int verifiers)
    {
        var scene = await Scene.Open(cluster, devices: 1 + verifiers);
        await Introduce(scene);
        var job = await scene.Submit(scene.Order(Tokens, deadlineSeconds: 60));
        return (scene, job, await scene.Pull());
    }

    /// <summary>The device asks for work until it is its turn.</summary>
    private async Task<WorkOrder> Await(Scene scene, int device)
    {
        for (var asked = 0; asked < 10; asked++)
        {
            if (await Take(scene, device) is { } order)
            {
                return order;
            }
        }

        throw new TimeoutException($"device {device} was not asked within ten looks");
    }

    private static async Task<(WorkState State, string? Word)> Outcome(Scene scene, JobId job)
    {
        var view = await scene.Ended(job);
        return (view.State, view.Audit?.Word);
    }

    private async Task AssertUnchecked(Scene scene, JobId job, string why)
    {
        var view = await scene.Ended(job);
        Assert.Equal((WorkState.Succeeded, TextAudit.Unchecked), (view.State, view.Audit!.Word));
        Assert.Equal((why, null), (view.Audit.Skipped, view.Audit.By));
        Assert.True(view.Charged > Usdc.Zero);
        Assert.Equal(0, await Failures(scene, 0));
        await cluster.AssertSettled(job.Value);
    }
}
