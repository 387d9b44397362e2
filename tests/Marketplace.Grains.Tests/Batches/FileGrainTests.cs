using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Batches;
using Marketplace.Grains.Tests.Market;
using Marketplace.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Tests.Batches;

/// <summary>Whose bytes a deleted file takes along, whatever cuts the deletion off.</summary>
[Collection(MarketCollection.Name)]
public sealed class FileGrainTests(MarketCluster cluster)
{
    private const int WakesMax = 10;

    private readonly byte[] _bytes = Encoding.UTF8.GetBytes($"{Guid.NewGuid()}");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_bytes));

    private BatchSweep Sweep => new(
        cluster.Grains,
        cluster.Register,
        cluster.Findings,
        Options.Create(new BatchOptions()),
        cluster.Clock,
        NullLogger<BatchSweep>.Instance);

    [Fact]
    public async Task Bytes_of_two_files_go_with_the_second()
    {
        var (mine, theirs) = (await Open(await NewAccount()), await Open(await NewAccount()));

        await mine.Delete(Cancel);
        await mine.Delete(Cancel);
        Assert.Equal(_bytes.Length, await cluster.Blobs.Length(Sha256, Cancel));
        Assert.Equal(Sha256, (await theirs.Describe(Cancel))!.Sha256);
        await theirs.Delete(Cancel);
        Assert.Null(await cluster.Blobs.Length(Sha256, Cancel));
    }

    [Fact]
    public async Task Bytes_that_are_not_there_make_no_file()
    {
        var file = cluster.Grains.GetGrain<IFileGrain>(FileId.From(Guid.NewGuid()).Value);

        Assert.Null(await file.Open(await NewAccount(), "x", FileView.BatchPurpose, Sha256, 1, Cancel));
        Assert.Null(await file.Describe(Cancel));
    }

    [Fact]
    public async Task A_deletion_that_was_not_stored_leaves_the_file_as_it_was()
    {
        var account = await NewAccount();
        var file = await Open(account);
        cluster.Storage.FailNextWrite(Id(file));

        await Assert.ThrowsAnyAsync<Exception>(() => file.Delete(Cancel));
        await SweepLater();

        Assert.NotNull(await file.Describe(Cancel));
        Assert.Equal((account.Value, null), await Listed(file));
        Assert.Equal(_bytes.Length, await cluster.Blobs.Length(Sha256, Cancel));
        Assert.Equal(_bytes.Length, await Used(account));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deletion_that_was_cut_off_after_the_bytes_is_ended_later(bool isUploadedBetween)
    {
        var account = await NewAccount();
        var file = await Open(account);
        cluster.Storage.FailNextWrite(Sha256);

        // The bytes are gone, and who needed them still stands written.
        await Assert.ThrowsAnyAsync<Exception>(() => file.Delete(Cancel));
        Assert.Null(await file.Describe(Cancel));
        Assert.Null(await cluster.Blobs.Length(Sha256, Cancel));
        var other = isUploadedBetween ? await Open(await NewAccount()) : null;
        await SweepLater();

        await IsGone(file);
        Assert.Equal(0, await Used(account));

        if (other is not null)
        {
            Assert.Equal(_bytes.Length, await cluster.Blobs.Length(Sha256, Cancel));
            await other.Delete(Cancel);
        }

        Assert.Null(await cluster.Blobs.Length(Sha256, Cancel));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_keeps_the_bytes_of_its_input_until_it_is_over(bool isCutOff)
    {
        var scene = await Scene.Open(cluster, micros: 0);
        cluster.Lines.Orders[scene.Customer] = scene.Order();
        var file = await Open(scene.Customer);
        var batch = cluster.Grains.GetGrain<IBatchGrain>(BatchId.From(Guid.NewGuid()).Value);
        await batch.Start(
            scene.Customer, new NewBatch(FileId.Parse(Id(file)), Sha256, "/v1/chat/completions", null), Cancel);
        await file.Delete(Cancel);
        Assert.NotNull(await cluster.Blobs.Length(Sha256, Cancel));

        for (var wake = 0; (await batch.Describe(Cancel))!.State != BatchState.Finalizing; wake++)
        {
            Assert.InRange(wake, 0, WakesMax);
            await batch.Wake(Cancel);
        }

        Assert.NotNull(await cluster.Blobs.Length(Sha256, Cancel));

        if (isCutOff)
        {
            cluster.Storage.FailNextWrite(Sha256);
            await Assert.ThrowsAnyAsync<Exception>(() => batch.Wake(Cancel));
            Assert.Equal(BatchState.Completed, (await batch.Describe(Cancel))!.State);

            // Put back by hand: what is looked for is who lets it go the second time.
            cluster.Blobs.Add(_bytes);
            await cluster.Restart();
            await SweepLater();
        }
        else
        {
            Assert.False(await batch.Wake(Cancel));
        }

        Assert.Null(await cluster.Blobs.Length(Sha256, Cancel));
        Assert.Equal(1, (await batch.Describe(Cancel))!.Failed);
    }

    private static string Id(IFileGrain file) => file.GetPrimaryKeyString();

    private async Task<AccountId> NewAccount()
    {
        var account = AccountId.From(Guid.NewGuid());
        await cluster.Grains.GetGrain<IAccountGrain>(account.Value).Open("Renter", live: true, Cancel);
        return account;
    }

    /// <summary>A file of the account with the test's bytes.</summary>
    private async Task<IFileGrain> Open(AccountId account)
    {
        cluster.Blobs.Add(_bytes);
        var file = cluster.Grains.GetGrain<IFileGrain>(FileId.From(Guid.NewGuid()).Value);
        Assert.NotNull(await file.Open(account, "x.jsonl", FileView.BatchPurpose, Sha256, _bytes.Length, Cancel));
        return file;
    }

    private async Task SweepLater()
    {
        cluster.Clock.Advance(new BatchOptions().Sweep + TimeSpan.FromSeconds(1));
        await Sweep.Run(Cancel);
    }

    /// <summary>The cluster's own sweep looks at the same time, and says meanwhile that it will look again.</summary>
    private async Task IsGone(IFileGrain file)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));

        while (await Listed(file) != (string.Empty, null))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<(string Owner, DateTimeOffset? Due)> Listed(IFileGrain file)
    {
        var row = (await cluster.Register.Find(RegisterKinds.File, Id(file), Cancel))!;
        return (row.Owner, row.DueAt);
    }

    private async Task<long> Used(AccountId account) => Assert.IsType<ReserveStorageOutcome.QuotaExceeded>(
        await cluster.Grains.GetGrain<IAccountGrain>(account.Value)
            .ReserveStorage(new string('f', 64), 1, 1, 0, Cancel)).BytesUsed;
}
