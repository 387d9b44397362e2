using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Batches;
using Marketplace.Grains.Tests.Market;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Batches;

/// <summary>What an account may have of batches, files and lines, with the limits that are the defaults.</summary>
[Collection(MarketCollection.Name)]
public sealed class BatchDeskGrainTests(MarketCluster cluster)
{
    private const int RowsAtOnce = 250;

    private static readonly BatchOptions Limits = new();

    private readonly AccountId _account = AccountId.From(Guid.NewGuid());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IBatchDeskGrain Desk => cluster.Grains.GetGrain<IBatchDeskGrain>(_account.Value);

    [Fact]
    public async Task Batches_beyond_the_limit_are_refused_until_one_is_over_whatever_the_desk_forgets()
    {
        var batches = Enumerable.Range(0, Limits.UnfinishedMax + 1).Select(_ => BatchId.From(Guid.NewGuid())).ToArray();
        BatchState[] states =
            [BatchState.Validating, BatchState.InProgress, BatchState.Finalizing, BatchState.Cancelling];

        for (var at = 0; at < Limits.UnfinishedMax; at++)
        {
            Assert.IsType<AdmitOutcome.Admitted>(await Desk.Admit(batches[at], Cancel));

            // Half of them are in the register, in every state that is not over; the others come.
            if (at % 2 == 0)
            {
                await Put(batches[at], states[at / 2 % states.Length]);
            }
        }

        Assert.Equal(
            Limits.UnfinishedMax, Assert.IsType<AdmitOutcome.TooMany>(await Desk.Admit(batches[^1], Cancel)).Max);
        Assert.IsType<AdmitOutcome.Admitted>(await Desk.Admit(batches[0], Cancel));
        Assert.IsType<AdmitOutcome.Admitted>(await Desk.Admit(batches[1], Cancel));

        for (var at = 1; at < Limits.UnfinishedMax; at += 2)
        {
            await Put(batches[at], BatchState.InProgress);
        }

        await cluster.Restart();
        Assert.IsType<AdmitOutcome.TooMany>(await Desk.Admit(batches[^1], Cancel));

        await Put(batches[3], BatchState.Completed);
        await Desk.Leave(batches[3], Cancel);
        Assert.IsType<AdmitOutcome.Admitted>(await Desk.Admit(batches[^1], Cancel));
    }

    [Fact]
    public async Task A_batch_that_is_over_makes_room_before_the_register_knows()
    {
        var over = cluster.Grains.GetGrain<IBatchGrain>(NewBatch().Value);
        var empty = cluster.Blobs.Add("\n"u8.ToArray());
        await over.Start(_account, new(FileId.From(Guid.NewGuid()), empty, "/v1/completions", null), Cancel);
        await over.Wake(Cancel);
        Assert.Equal(BatchState.Failed, (await over.Describe(Cancel))!.State);
        await Put(BatchId.Parse(over.GetPrimaryKeyString()), BatchState.Validating);

        for (var at = 1; at < Limits.UnfinishedMax; at++)
        {
            await Put(NewBatch(), BatchState.InProgress);
        }

        Assert.IsType<AdmitOutcome.Admitted>(await Desk.Admit(NewBatch(), Cancel));
        Assert.IsType<AdmitOutcome.TooMany>(await Desk.Admit(NewBatch(), Cancel));
    }

    [Fact]
    public async Task A_batch_that_never_comes_is_believed_for_a_while_only()
    {
        for (var at = 0; at < Limits.UnfinishedMax; at++)
        {
            await Desk.Admit(BatchId.From(Guid.NewGuid()), Cancel);
        }

        Assert.IsType<AdmitOutcome.TooMany>(await Desk.Admit(BatchId.From(Guid.NewGuid()), Cancel));
        cluster.Clock.Advance(BatchDeskGrain.Believed + TimeSpan.FromSeconds(1));
        Assert.IsType<AdmitOutcome.Admitted>(await Desk.Admit(BatchId.From(Guid.NewGuid()), Cancel));
    }

    [Fact]
    public async Task Lines_are_shared_among_the_batches_of_an_account()
    {
        var (first, second, third) = (NewBatch(), NewBatch(), NewBatch());
        Assert.Equal(16, await Desk.Share(first, 0, Cancel));
        Assert.Equal(16, await Desk.Share(second, 0, Cancel));
        Assert.Equal(0, await Desk.Share(third, 0, Cancel));

        // Of the first 11 lines have ended, and it gives up what is above its share.
        Assert.Equal(10, await Desk.Share(first, 5, Cancel));
        Assert.Equal(6, await Desk.Share(third, 0, Cancel));
        Assert.Equal(12, await Desk.Share(second, 12, Cancel));
        Assert.Equal(10, await Desk.Share(third, 6, Cancel));

        await Desk.Leave(first, Cancel);
        Assert.Equal(16, await Desk.Share(third, 10, Cancel));
    }

    [Fact]
    public async Task After_a_restart_batches_that_have_not_asked_yet_are_left_what_they_can_have()
    {
        var (silent, other, asking) = (NewBatch(), NewBatch(), NewBatch());
        await Put(silent, BatchState.InProgress);
        await Put(other, BatchState.InProgress);

        Assert.Equal(0, await Desk.Share(asking, 0, Cancel));
        Assert.Equal(3, await Desk.Share(asking, 3, Cancel));
        cluster.Clock.Advance(BatchDeskGrain.Believed + TimeSpan.FromSeconds(1));
        Assert.Equal(16, await Desk.Share(asking, 3, Cancel));
    }

    [Fact]
    public async Task Files_beyond_the_limit_are_refused_before_their_bytes_are_read()
    {
        var rows = Enumerable.Range(0, Limits.FilesMax - 1).Select(_ => new RegisterRow(
            RegisterKinds.File, FileId.From(Guid.NewGuid()).Value, _account.Value, "batch", "{}", null));

        foreach (var part in rows.Chunk(RowsAtOnce))
        {
            await cluster.Register.Put(part, Cancel);
        }

        var last = FileId.From(Guid.NewGuid());

        Assert.IsType<AdmitOutcome.Admitted>(await Desk.BeginUpload(last, Cancel));
        Assert.IsType<AdmitOutcome.Admitted>(await Desk.BeginUpload(last, Cancel));
        Assert.Equal(
            Limits.FilesMax,
            Assert.IsType<AdmitOutcome.TooMany>(await Desk.BeginUpload(FileId.From(Guid.NewGuid()), Cancel)).Max);
        await Desk.EndUpload(last, Cancel);
        Assert.IsType<AdmitOutcome.Admitted>(await Desk.BeginUpload(FileId.From(Guid.NewGuid()), Cancel));
    }

    private static BatchId NewBatch() => BatchId.From(Guid.NewGuid());

    private Task Put(BatchId batch, BatchState state) => cluster.Register.Put(
        [new(RegisterKinds.Batch, batch.Value, _account.Value, BatchGrain.WordOf(state), "{}", null)], Cancel);
}
