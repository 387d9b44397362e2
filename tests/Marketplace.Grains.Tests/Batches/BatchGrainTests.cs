using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Batches;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Batches;

/// <summary>What a batch does when something dies in its middle, when time runs out, and when money does.</summary>
[Collection(MarketCollection.Name)]
public sealed class BatchGrainTests(MarketCluster cluster)
{
    private const int WakesMax = 30;
    private const int ChargePerLine = 11;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_whose_books_fail_and_that_is_restarted_charges_every_line_once(bool written)
    {
        var scene = await Scene.Open(cluster);
        var (id, batch) = await Start(scene, "a", "b", "c");
        cluster.Books.FailNext($"fund:{BatchFiles.JobOf(id, 1)}:0", written);
        Assert.True(await batch.Wake(Cancel));
        await Assert.ThrowsAnyAsync<Exception>(() => batch.Wake(Cancel));

        await Restart();
        Assert.True(await batch.Wake(Cancel));
        await Make(scene);
        await Restart();
        await batch.Wake(Cancel);
        await Make(scene);
        await Make(scene);
        var ended = await End(batch);

        Assert.Equal(BatchState.Completed, ended.State);
        Assert.Equal((3, 3, 0), (ended.Total, ended.Completed, ended.Failed));
        Assert.Null(ended.Errors);
        Assert.Equal(
            ["a", "b", "c"],
            (await Lines(ended.Output)).Select(line => line.GetProperty("custom_id").GetString()!),
            StringComparer.Ordinal);
        Assert.Equal(1_000_000 - (3 * ChargePerLine), await cluster.Free(Chart.Available(scene.Customer)));

        for (var line = 0; line < 3; line++)
        {
            await cluster.AssertSettled(BatchFiles.JobOf(id, line).Value);
        }
    }

    [Fact]
    public async Task A_batch_whose_window_is_over_keeps_what_was_finished_and_gives_the_rest_back()
    {
        var scene = await Scene.Open(cluster);
        var (id, batch) = await Start(scene, "a", "b");
        await batch.Wake(Cancel);
        await batch.Wake(Cancel);
        var first = await Make(scene);
        cluster.Clock.Advance(BatchLimits.Window);
        var ended = await End(batch);

        Assert.Equal(BatchState.Expired, ended.State);
        Assert.Equal(ended.ExpiresAt, ended.CreatedAt + TimeSpan.FromHours(24));
        Assert.Equal(1, ended.Completed);
        var made = Assert.Single(await Lines(ended.Output));
        var lost = Assert.Single(await Lines(ended.Errors));
        Assert.Equal(first == BatchFiles.JobOf(id, 0).Value ? "a" : "b", made.GetProperty("custom_id").GetString());
        Assert.Equal("batch_expired", lost.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(JsonValueKind.Null, lost.GetProperty("response").ValueKind);
        Assert.Equal(1_000_000 - ChargePerLine, await cluster.Free(Chart.Available(scene.Customer)));
    }

    [Fact]
    public async Task Lines_without_money_wait_for_those_under_way_and_are_refused_when_none_is()
    {
        var scene = await Scene.Open(cluster, micros: 70);
        var (_, batch) = await Start(scene, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
        await batch.Wake(Cancel);
        await batch.Wake(Cancel);
        var begun = (await batch.Describe(Cancel))!;
        Assert.Equal((10, 0, 0), (begun.Total, begun.Completed, begun.Failed));

        for (var wake = 0; wake < WakesMax && await batch.Wake(Cancel); wake++)
        {
            if (await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel) is { } work)
            {
                await scene.Job(JobId.Parse(work.Work))
                    .Complete(work.Attempt, new("length", 3, Scene.Tokens(0, 4)), Cancel);
            }
        }

        var ended = (await batch.Describe(Cancel))!;
        Assert.Equal(BatchState.Completed, ended.State);
        Assert.True(ended is { Completed: > 0, Failed: > 0 }, ended.ToString());
        Assert.Equal(10, ended.Completed + ended.Failed);
        Assert.All(
            await Lines(ended.Errors),
            line => Assert.Equal(402, line.GetProperty("response").GetProperty("status_code").GetInt32()));
        Assert.Equal(70 - (ended.Completed * ChargePerLine), await cluster.Free(Chart.Available(scene.Customer)));
    }

    [Fact]
    public async Task A_line_that_is_too_long_and_one_without_its_end_are_told_apart_by_number()
    {
        var scene = await Scene.Open(cluster, devices: 0);
        var (_, batch) = await Start(scene, "a", new string('x', BatchLimits.LineBytesMax + 1), "", "b", "a");
        Assert.False(await batch.Wake(Cancel));

        var ended = (await batch.Describe(Cancel))!;
        Assert.Equal(BatchState.Failed, ended.State);
        Assert.Equal(
            [("line_too_long", 2), ("duplicate_custom_id", 5)],
            ended.Faults.Select(fault => (fault.Code, fault.Line!.Value)));
        Assert.Equal(0, ended.Total);
    }

    [Fact]
    public async Task More_lines_than_a_batch_may_have_are_refused()
    {
        var scene = await Scene.Open(cluster, devices: 0);
        var (_, batch) = await Start(scene, [.. Enumerable.Range(0, BatchLimits.LinesMax + 1).Select(at => $"{at}")]);
        Assert.False(await batch.Wake(Cancel));

        Assert.Equal("too_many_tasks", Assert.Single((await batch.Describe(Cancel))!.Faults).Code);
    }

    [Fact]
    public async Task Batches_of_one_account_have_no_more_lines_under_way_than_it_may_have()
    {
        const int Lines = 20;
        var limits = new BatchOptions();
        var scene = await Scene.Open(cluster);
        string[] asks = [.. Enumerable.Range(0, Lines).Select(at => $"{at}")];
        IBatchGrain[] batches =
            [(await Start(scene, asks)).Batch, (await Start(scene, asks)).Batch, (await Start(scene, asks)).Batch];

        for (var round = 0; round < 3; round++)
        {
            foreach (var batch in batches)
            {
                Assert.True(await batch.Wake(Cancel));
            }

            Assert.InRange(Ordered(), 0, limits.AccountLinesInFlight);
        }

        Assert.Equal(limits.AccountLinesInFlight, Ordered());

        // A line that ends makes room for one, and another account has its own.
        await Make(scene);

        foreach (var batch in batches)
        {
            await batch.Wake(Cancel);
            await batch.Wake(Cancel);
        }

        Assert.InRange(Ordered(), limits.AccountLinesInFlight, limits.AccountLinesInFlight + 1);
        var other = await Scene.Open(cluster);
        var (_, theirs) = await Start(other, asks);
        await theirs.Wake(Cancel);
        await theirs.Wake(Cancel);
        Assert.Equal(limits.LinesInFlight, cluster.Lines.Ordered[other.Customer].Count);

        int Ordered() => cluster.Lines.Ordered.TryGetValue(scene.Customer, out var jobs) ? jobs.Count : 0;
    }

    private async Task<(BatchId Id, IBatchGrain Batch)> Start(Scene scene, params string[] lines)
    {
        cluster.Lines.Orders[scene.Customer] = scene.Order();
        var id = BatchId.From(Guid.NewGuid());
        var batch = cluster.Grains.GetGrain<IBatchGrain>(id.Value);
        var sha = cluster.Blobs.Add(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        var wanted = new NewBatch(FileId.From(PrefixedId.Derive(id.Value)), sha, "/v1/chat/completions", null);

        var started = Assert.IsType<StartBatchOutcome.Started>(await batch.Start(scene.Customer, wanted, Cancel));
        Assert.Equal(BatchState.Validating, started.Batch.State);
        Assert.IsType<StartBatchOutcome.Started>(await batch.Start(scene.Customer, wanted, Cancel));
        Assert.IsType<StartBatchOutcome.KeyTaken>(
            await batch.Start(scene.Customer, wanted with { Endpoint = "/v1/completions" }, Cancel));
        return (id, batch);
    }

    /// <summary>Everything in memory is gone; the sweep puts work that waits into the books again.</summary>
    private async Task Restart()
    {
        await cluster.Restart();
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);
    }

    /// <summary>Makes the text of the next line that a device is given; answers its job.</summary>
    private static async Task<string> Make(Scene scene)
    {
        var work = await scene.Pull();
        await scene.Job(JobId.Parse(work.Work)).Complete(work.Attempt, new("length", 3, Scene.Tokens(0, 4)), Cancel);
        return work.Work;
    }

    private static async Task<BatchView> End(IBatchGrain batch)
    {
        for (var wake = 0; wake < WakesMax && await batch.Wake(Cancel); wake++)
        {
            // Each wake is one step.
        }

        return (await batch.Describe(Cancel))!;
    }

    private async Task<List<JsonElement>> Lines(FileId? file)
    {
        var view = await cluster.Grains.GetGrain<IFileGrain>(file!.Value.Value).Describe(Cancel);
        using var reader = new StreamReader((await cluster.Blobs.OpenRead(view!.Sha256, Cancel))!);
        var text = await reader.ReadToEndAsync(Cancel);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
