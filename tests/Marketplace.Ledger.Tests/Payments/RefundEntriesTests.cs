using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Payments;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Payments;

public sealed class RefundEntriesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_refund_that_fails_gives_the_money_back_and_one_that_succeeds_takes_it_once()
    {
        await using var books = await SqliteFiles.Open();
        await books.Book.Post(Entry.Of(CardJournals.TopUp("pi_1", Customer(), Cents.From(10_00))), Cancel);

        Assert.True((await books.Book.Post(RefundEntries.HoldForCard("a", Customer(), Cents.From(6_00)), Cancel)).Stands);
        Assert.Equal(4_000_000, await books.Free(Chart.Available(Customer())));
        Assert.True((await books.Book.Post(RefundEntries.VoidToCard("a"), Cancel)).Stands);
        Assert.IsType<PostOutcome.HoldNotOpen>(
            await books.Book.Post(RefundEntries.PostToCard("a", Customer(), Cents.From(6_00)), Cancel));

        Assert.True((await books.Book.Post(RefundEntries.HoldForCard("b", Customer(), Cents.From(6_00)), Cancel)).Stands);
        Assert.IsType<PostOutcome.Posted>(
            await books.Book.Post(RefundEntries.PostToCard("b", Customer(), Cents.From(6_00)), Cancel));
        Assert.IsType<PostOutcome.Exists>(
            await books.Book.Post(RefundEntries.PostToCard("b", Customer(), Cents.From(6_00)), Cancel));
        Assert.IsType<PostOutcome.HoldNotOpen>(await books.Book.Post(RefundEntries.VoidToCard("b"), Cancel));

        Assert.Equal(4_000_000, await books.Free(Chart.Available(Customer())));
        Assert.Equal(4_000_000, (await books.Book.Balance(Chart.Stripe, Cancel)).Amount);
        await books.AssertBalanced();
    }

    [Fact]
    public async Task A_refund_on_chain_reserves_the_treasury_too()
    {
        await using var books = await SqliteFiles.Open();
        await books.Fund(Customer(), 1_000);

        Assert.True((await books.Book.Post(RefundEntries.HoldForChain("a", Customer(), Micros(600)), Cancel)).Stands);
        Assert.Equal(400, await books.Free(Chart.Treasury));
        Assert.IsType<PostOutcome.Insufficient>(
            await books.Book.Post(RefundEntries.HoldForChain("b", Customer(), Micros(401)), Cancel));
        Assert.True((await books.Book.Post(RefundEntries.PostToChain("a", Customer(), Micros(600)), Cancel)).Stands);

        Assert.Equal(400, await books.Free(Chart.Available(Customer())));
        Assert.Equal(400, await books.Free(Chart.Treasury));
    }
}
