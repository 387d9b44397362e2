using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Tests.Market;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Ledger;

[Collection(MarketCollection.Name)]
public sealed class HoldbackSweepTests(MarketCluster cluster)
{
    private static readonly Usdc Share = Usdc.FromMicros(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receipts_that_cannot_be_released_do_not_keep_the_others_waiting()
    {
        var (earner, stranger) = (NewProvider(), NewProvider());
        await Earn(earner, Share);
        var due = cluster.Clock.GetUtcNow();

        // More than one round of rows that come first and fail: their provider has nothing accrued.
        for (var some = 0; some < 3; some++)
        {
            await cluster.Register.Put([.. Rows(stranger, HoldbackSweep.ReceiptsMax / 2, due.AddSeconds(-1))], Cancel);
        }

        await cluster.Register.Put([.. Rows(earner, 1, due)], Cancel);

        await cluster.Holdback.Run(Cancel);

        Assert.Equal(5, await cluster.Free(Chart.Payable(earner)));
        Assert.Empty(await cluster.Register.Due(RegisterKinds.Receipt, due, 10, Cancel));
    }

    [Fact]
    public async Task A_receipt_that_fails_again_is_put_off_for_longer_up_to_a_limit_and_released_when_it_can_be()
    {
        var provider = NewProvider();
        var row = Assert.Single(Rows(provider, 1, cluster.Clock.GetUtcNow()));
        await cluster.Register.Put([row], Cancel);
        var waits = new List<TimeSpan>();

        for (var failure = 0; failure < 14; failure++)
        {
            await cluster.Holdback.Run(Cancel);
            var due = (await Find(row)).DueAt!.Value;
            waits.Add(due - cluster.Clock.GetUtcNow());
            cluster.Clock.AdvanceTo(due);
        }

        Assert.Equal(HoldbackSweep.PutOffFirst, waits[0]);
        Assert.Equal(HoldbackSweep.PutOffFirst * 2, waits[1]);
        Assert.Equal(HoldbackSweep.PutOffMax, waits[^1]);
        await Earn(provider, Share);
        await cluster.Holdback.Run(Cancel);
        Assert.Equal((HoldbackSweep.Released, null), ((await Find(row)).State, (await Find(row)).DueAt));
        Assert.Equal(5, await cluster.Free(Chart.Payable(provider)));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_put_off_and_a_lost_commit_is_tried_again()
    {
        var provider = NewProvider();
        await Earn(provider, Share);
        var now = cluster.Clock.GetUtcNow();
        var broken = Rows(provider, 1, now).Single() with { Detail = "{" };
        var lost = Rows(provider, 1, now).Single();
        await cluster.Register.Put([broken, lost], Cancel);
        cluster.Books.FailNext($"holdback:{provider}:{lost.Id}", written: true);

        await cluster.Holdback.Run(Cancel);

        Assert.Equal(now + HoldbackSweep.PutOffMax, (await Find(broken)).DueAt);
        cluster.Clock.Advance(HoldbackSweep.PutOffFirst);
        await cluster.Holdback.Run(Cancel);
        Assert.Equal(HoldbackSweep.Released, (await Find(lost)).State);
        Assert.Equal(5, await cluster.Free(Chart.Payable(provider)));
    }

    [Fact]
    public async Task Many_receipts_are_posted_side_by_side_so_that_they_share_commits()
    {
        var provider = NewProvider();
        await Earn(provider, Usdc.FromMicros(5 * 200));
        await cluster.Register.Put([.. Rows(provider, 200, cluster.Clock.GetUtcNow())], Cancel);

        // No post goes on before a hundred are under way: one after another they would wait for ever.
        cluster.Books.Gather(100);

        await cluster.Holdback.Run(Cancel);

        // The run also releases what other tests on this cluster left due, so only our own provider is counted.
        Assert.Equal(5 * 200, await cluster.Free(Chart.Payable(provider)));
    }

    private static ProviderId NewProvider() => ProviderId.From(Guid.NewGuid());

    private static IEnumerable<RegisterRow> Rows(ProviderId provider, int count, DateTimeOffset due) =>
        Enumerable.Range(0, count).Select(_ => new RegisterRow(
            RegisterKinds.Receipt,
            ReceiptId.From(Guid.NewGuid()).Value,
            "acc_test",
            HoldbackSweep.Held,
            ListDetail.Write(new ListDetail.Receipt("job_test", WorkKind.Text, provider, Share, Share)),
            due));

    private async Task<RegisterRow> Find(RegisterRow row) =>
        (await cluster.Register.Find(RegisterKinds.Receipt, row.Id, Cancel))!;

    private async Task Earn(ProviderId provider, Usdc amount)
    {
        var journal = new Journal(
            $"earn:{Guid.NewGuid():n}", "earn", [.. Journal.Move(Chart.Treasury, Chart.Accrued(provider), amount)]);
        Assert.True((await cluster.Books.Post(Entry.Of(journal), Cancel)).Stands);
    }
}
