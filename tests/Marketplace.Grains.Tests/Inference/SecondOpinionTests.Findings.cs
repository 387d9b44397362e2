using System.Text;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Batches;
using Marketplace.Grains.Tests.Market;
using Marketplace.Ledger;
using Marketplace.Solana.Keys;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Tests.Inference;

/// <summary>What is kept of texts that were judged against a device, or over which opinions differed.</summary>
public sealed partial class SecondOpinionTests
{
    [Fact]
    public async Task A_text_that_fails_is_kept_with_its_records_and_everybodys_numbers()
    {
        var (scene, job) = await Doubted(verifiers: 1);
        await Say(scene, job, await Pull(scene, 1), Platform);
        await AssertFailed(scene, job);

        var id = Assert.Single((await scene.Job(job).Describe(Cancel))!.Findings);
        var (file, holds) = await Read(id);

        Assert.Equal((FindingKind.Text, job.Value), (holds.Kind, holds.Work));
        Assert.Equal((scene.Devices[0].Id.Value, TextAudit.Failed), (holds.Device, holds.Verdict));
        Assert.Equal((LogitVerdict.OtherLogits, true), (holds.Cause, holds.IsSigned));
        Assert.Equal(FindingMeasure.Platform, holds.Measured[0].By);
        Assert.StartsWith("host.rig-", Assert.Single(holds.Measured.Skip(1)).By, StringComparison.Ordinal);
        Assert.All(holds.Measured, one => Assert.Equal(
            (LogitVerdict.OtherLogits, 0, Tokens, "0.5"), (one.Cause, one.First, one.Beyond, one.DriftMax)));
        Assert.DoesNotContain("prompt", file, StringComparison.OrdinalIgnoreCase);

        var listed = Assert.Single(await Listed(scene, 0));
        Assert.Equal(id.Value, listed.Id);
        Assert.Empty(await Listed(scene, 1));
    }

    [Fact]
    public async Task A_text_that_others_acquit_is_kept_beside_what_the_platform_found()
    {
        var (scene, job) = await Doubted(verifiers: 2);
        await Say(scene, job, await Pull(scene, 1), Claimed);
        await Say(scene, job, await Pull(scene, 2), Claimed);
        Assert.Equal(WorkState.Succeeded, (await scene.Ended(job)).State);

        var (_, holds) = await Read(Assert.Single((await scene.Job(job).Describe(Cancel))!.Findings));

        Assert.Equal((TextAudit.Passed, LogitVerdict.OtherLogits), (holds.Verdict, holds.Cause));
        Assert.Equal(LogitVerdict.OtherLogits, holds.Measured[0].Cause);
        Assert.Equal([true, true], holds.Measured.Skip(1).Select(one => one.Cause is null));
    }

    [Fact]
    public async Task A_verifier_that_was_not_borne_out_sees_its_own_numbers_beside_everybodys()
    {
        var (scene, job) = await Doubted(verifiers: 2);
        await Say(scene, job, await Pull(scene, 1), -1);
        await Say(scene, job, await Pull(scene, 2), Platform);
        await AssertFailed(scene, job);

        var (_, holds) = await Read(FindingId.Parse(Assert.Single(await Listed(scene, 1)).Id));

        Assert.Equal((FindingKind.Opinion, "not-borne-out"), (holds.Kind, holds.Cause));
        Assert.Equal((scene.Devices[1].Id.Value, true), (holds.Device, holds.IsSigned));
        Assert.Equal((FindingMeasure.Platform, "1.5"), (holds.Measured[0].By, holds.Measured[0].DriftMax));
        Assert.Equal("1.5", Assert.Single(holds.Measured.Skip(1)).DriftMax);
        Assert.Empty(await Listed(scene, 2));
    }

    /// <summary>Who made the beginning sees its own tokens, and none of those that another made.</summary>
    [Fact]
    public async Task Of_a_text_of_two_devices_each_sees_its_own_part()
    {
        var (scene, job) = await DoubtedBeginning(Platform, Platform);
        await Say(scene, job, await Pull(scene, 2), Platform);
        await Say(scene, job, await Pull(scene, 3), Platform);
        await scene.Ended(job);

        var (file, holds) = await Read(FindingId.Parse(Assert.Single(await Listed(scene, 0)).Id));

        Assert.Equal((2, false, TextAudit.Passed), (holds.Tokens, holds.IsSigned, holds.Verdict));
        Assert.Contains("\"tokens\":[0,1]", file, StringComparison.Ordinal);
        Assert.Empty(await Listed(scene, 1));
    }

    [Fact]
    public async Task Where_nobody_is_asked_the_platforms_numbers_are_kept()
    {
        cluster.Verification.SecondOpinions = false;

        try
        {
            var (scene, job) = await Doubted(verifiers: 0);
            await AssertFailed(scene, job);
            var (_, holds) = await Read(Assert.Single((await scene.Job(job).Describe(Cancel))!.Findings));
            Assert.Equal(LogitVerdict.OtherLogits, Assert.Single(holds.Measured).Cause);
        }
        finally
        {
            cluster.Verification.SecondOpinions = true;
        }
    }

    [Fact]
    public async Task A_text_in_order_leaves_nothing_behind()
    {
        var scene = await Scene.Open(cluster);
        await Introduce(scene);
        var job = await scene.Submit(scene.Order(Tokens, deadlineSeconds: 60));
        await Complete(scene, job, await scene.Pull(), Off(Claimed));
        Assert.Equal(WorkState.Succeeded, (await scene.Ended(job)).State);

        Assert.Empty((await scene.Job(job).Describe(Cancel))!.Findings);
        Assert.Empty(await Listed(scene, 0));
    }

    [Fact]
    public async Task A_finding_is_deleted_when_its_time_is_over()
    {
        var (scene, job) = await Doubted(verifiers: 1);
        await Say(scene, job, await Pull(scene, 1), Platform);
        await AssertFailed(scene, job);
        var id = Assert.Single((await scene.Job(job).Describe(Cancel))!.Findings);
        var sha256 = (await cluster.Findings.Find(id, Cancel))!.Sha256;
        var due = (await cluster.Register.Find(RegisterKinds.Finding, id.Value, Cancel))!.DueAt;
        Assert.Equal(TimeSpan.FromDays(90), due - cluster.Clock.GetUtcNow());

        await Sweep(days: 89);
        Assert.NotNull(await cluster.Blobs.Length(sha256, Cancel));
        await Sweep(days: 90);

        Assert.Null(await cluster.Blobs.Length(sha256, Cancel));
        Assert.Null(await cluster.Findings.Find(id, Cancel));
        Assert.Empty(await Listed(scene, 0));
    }

    [Fact]
    public async Task A_device_has_so_many_findings_and_no_more()
    {
        var (scene, job) = await Doubted(verifiers: 1);
        await Say(scene, job, await Pull(scene, 1), Platform);
        await AssertFailed(scene, job);
        var (_, first) = await Read(Assert.Single((await scene.Job(job).Describe(Cancel))!.Findings));
        cluster.Verification.FindingsPerDevice = 2;

        try
        {
            foreach (var other in new[] { "one", "two" })
            {
                await cluster.Findings.Keep(
                    Blank(FindingId.From(Domain.PrefixedId.Derive(first.Finding, other)), first.Device), Cancel);
            }

            Assert.Equal(2, (await Listed(scene, 0)).Count);
            Assert.Null(await cluster.Findings.Find(FindingId.Parse(first.Finding), Cancel));
        }
        finally
        {
            cluster.Verification.FindingsPerDevice = 100;
        }
    }

    private static Finding Blank(FindingId id, string device) => new(
        id, FindingKind.Text, "job_1", "att_1", device, "model", "00", null, null, 0, [], TextAudit.Failed, "other-end",
        null, null, null, null, null, [], default, DateTimeOffset.MaxValue);

    private async Task Sweep(int days)
    {
        var late = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(
            cluster.Clock.GetUtcNow() + TimeSpan.FromDays(days));
        await new BatchSweep(
            cluster.Grains,
            cluster.Register,
            cluster.Findings,
            Options.Create(new BatchOptions()),
            late,
            NullLogger<BatchSweep>.Instance).Run(Cancel);
    }

    private async Task<IReadOnlyList<ListItem>> Listed(Scene scene, int device) =>
        (await cluster.Grains.GetGrain<IStatementGrain>(0).List(
            RegisterKinds.Finding, new(scene.Devices[device].Id.Value, null, null, 100), Cancel)).Data;

    /// <summary>A finding's file, checked as anybody would who has the marketplace's keys.</summary>
    private async Task<(string File, FindingVerdict.Holds Holds)> Read(FindingId id)
    {
        var statement = cluster.Grains.GetGrain<IStatementGrain>(0);
        var view = await statement.Finding(id, Cancel);
        Assert.NotNull(view);
        await using var stream = await cluster.Blobs.OpenRead(view.Sha256, Cancel);
        using var reader = new StreamReader(stream!, Encoding.UTF8);
        var file = await reader.ReadToEndAsync(Cancel);
        var check = new FindingCheck(
            await statement.ReceiptKeys(Cancel),
            (key, message, signature) => Keypair.Verify(new(key), message, new(signature)));
        return (file, Assert.IsType<FindingVerdict.Holds>(check.Verify(file)));
    }
}
