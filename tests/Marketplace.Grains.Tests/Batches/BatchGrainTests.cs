using System.Text;
using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
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
    private const int StepsMax = 1_000;
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

    [Fact]
    public async Task Files_are_written_in_turns_of_so_many_lines()
    {
        const int Lines = (2 * BatchFiles.LinesPerTurn) + 1;
        var names = Enumerable.Range(0, Lines).Select(at => $"{at}").ToArray();
        var stored = new StoredBatch
        {
            Account = AccountId.From(Guid.NewGuid()),
            Wanted = new(
                FileId.From(Guid.NewGuid()), cluster.Blobs.Add(Encoding.UTF8.GetBytes(string.Join('\n', names))), "/", null),
            Marks = new(StoredBatch.Open, Lines),
            Final = BatchState.Cancelled,
        };
        var written = new FakeLines(() => cluster.Grains);
        await using var files = new BatchFiles(BatchId.From(Guid.NewGuid()), stored, written, cluster.Grains);

        Assert.True(await files.WriteSome(cluster.Blobs, Cancel));
        Assert.Equal(BatchFiles.LinesPerTurn, written.Written);
        Assert.True(await files.WriteSome(cluster.Blobs, Cancel));
        Assert.Equal(2 * BatchFiles.LinesPerTurn, written.Written);
        Assert.False(await files.WriteSome(cluster.Blobs, Cancel));
        Assert.False(await files.WriteSome(cluster.Blobs, Cancel));
        var (output, errors) = (await files.Store(cluster.Blobs, cluster.Clock, Cancel))!.Value;

        Assert.Null(output);
        Assert.Equal(
            names, (await this.Lines(errors)).Select(line => line.GetProperty("custom_id").GetString()!), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_batch_whose_files_are_being_stored_answers_and_survives_a_restart()
    {
        var scene = await Scene.Open(cluster, micros: 0);
        var names = Enumerable.Range(0, 3 * BatchFiles.LinesPerTurn).Select(at => $"{at}").ToArray();
        var (_, batch) = await Start(scene, names);

        for (var wake = 0; (await batch.Describe(Cancel))!.State != BatchState.Finalizing; wake++)
        {
            Assert.InRange(wake, 0, WakesMax);
            await batch.Wake(Cancel);
        }

        cluster.Blobs.Gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        try
        {
            for (var turn = 0; turn < 5; turn++)
            {
                Assert.True(await Moving(batch.Wake(Cancel)));
                Assert.Equal(BatchState.Finalizing, (await Moving(batch.Cancel(Cancel)))!.State);

                if (turn == 2)
                {
                    await Moving(Forget());
                }
            }
        }
        finally
        {
            cluster.Blobs.Gate.SetResult();
            cluster.Blobs.Gate = null;
        }

        var ended = await Moving(End(batch));

        Assert.Equal(BatchState.Completed, ended.State);
        Assert.Equal((names.Length, 0, names.Length), (ended.Total, ended.Completed, ended.Failed));
        Assert.Equal(
            names, (await Lines(ended.Errors)).Select(line => line.GetProperty("custom_id").GetString()!), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_long_input_is_checked_in_turns_of_so_many_bytes()
    {
        const int Lines = (2 * BatchCheck.BytesPerTurn / BatchLimits.LineBytesMax) + 1;
        var names = Enumerable.Range(0, Lines).Select(at => $"{at}".PadRight(BatchLimits.LineBytesMax, 'x'));
        var input = cluster.Blobs.Add(Encoding.UTF8.GetBytes(string.Join('\n', names)));
        await using var check = await BatchCheck.Open(
            cluster.Blobs, new(FileId.From(Guid.NewGuid()), input, "/", null), cluster.Lines, Cancel);

        Assert.True(await check.ReadSome());
        Assert.Equal(Lines / 2, check.Count);
        Assert.True(await check.ReadSome());
        Assert.False(await check.ReadSome());
        Assert.Equal(Lines, check.Count);
        Assert.Empty(check.Faults);
    }

    private async Task<(BatchId Id, IBatchGrain Batch)> Start(Scene scene, params string[] lines)
    {
        cluster.Lines.Orders[scene.Customer] = scene.Order();
        var id = BatchId.From(Guid.NewGuid());
        var batch = cluster.Grains.GetGrain<IBatchGrain>(id.Value);
        var sha = cluster.Blobs.Add(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
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

    private async Task<bool> Forget()
    {
        await cluster.Restart();
        return true;
    }

    /// <summary>Makes the text of the next line that a device is given; answers its job.</summary>
    private static async Task<string> Make(Scene scene)
    {
        var work = await scene.Pull();
        await scene.Job(JobId.Parse(work.Work)).Complete(work.Attempt, new("length", 3, Scene.Tokens(0, 4)), Cancel);
        return work.Work;
    }

    /// <summary>Moves the clock until the call is answered: turns that wait for the store end by it.</summary>
    private async Task<T> Moving<T>(Task<T> call)
    {
        for (var step = 0; !call.IsCompleted; step++)
        {
            Assert.InRange(step, 0, StepsMax);
            cluster.Clock.Advance(BatchFiles.StoreTurn);
            await Task.WhenAny(call, cluster.Grains.GetGrain<IBatchGrain>(BatchId.From(Guid.NewGuid()).Value).Describe(Cancel));
        }

        return await call;
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
