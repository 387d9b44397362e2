using Marketplace.Domain.Ledger;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests;

public abstract partial class BookContract
{
    [Fact]
    public async Task A_hold_reserves_and_counts_against_the_floor()
    {
        await using var books = await Open();
        var account = Chart.Available(Customer());
        await books.Fund(Customer(), 100);

        await Hold(books, "h", account, 60);
        var outcome = await books.Book.Post(Entry.Of(Journals.Move("x", account, Chart.Escrow("j"), 41)), Cancel);

        Assert.Equal(new PostOutcome.Insufficient(account, 40, 41), outcome);
        Assert.Equal(new AccountBalance(100, 60), await books.Book.Balance(account, Cancel));
    }

    [Fact]
    public async Task A_hold_above_what_is_free_is_refused()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);
        await Hold(books, "h", Chart.Available(Customer()), 60);

        var outcome = await books.Book.Post(new() { Holds = [new("h2", Chart.Available(Customer()), 41)] }, Cancel);

        Assert.Equal(new PostOutcome.Insufficient(Chart.Available(Customer()), 40, 41), outcome);
    }

    [Fact]
    public async Task Placing_a_hold_again_is_harmless_and_with_another_amount_a_conflict()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);
        await Hold(books, "h", Chart.Available(Customer()), 60);

        var again = await books.Book.Post(new() { Holds = [new("h", Chart.Available(Customer()), 60)] }, Cancel);
        var other = await books.Book.Post(new() { Holds = [new("h", Chart.Available(Customer()), 61)] }, Cancel);
        var elsewhere = await books.Book.Post(new() { Holds = [new("h", Chart.Treasury, 60)] }, Cancel);

        Assert.IsType<PostOutcome.Exists>(again);
        Assert.Equal(new PostOutcome.Conflict("h"), other);
        Assert.Equal(new PostOutcome.Conflict("h"), elsewhere);
        Assert.Equal(60, (await books.Book.Balance(Chart.Available(Customer()), Cancel)).Held);
    }

    [Fact]
    public async Task A_posted_hold_is_used_up_with_its_journal_even_when_the_journal_takes_less()
    {
        await using var books = await Open();
        var account = Chart.Available(Customer());
        await books.Fund(Customer(), 100);
        await Hold(books, "h", account, 100);

        var outcome = await books.Book.Post(
            new() { Journals = [Journals.Move("x", account, Chart.Treasury, 90)], PostHolds = ["h"] }, Cancel);

        Assert.IsType<PostOutcome.Posted>(outcome);
        Assert.Equal(new AccountBalance(10, 0), await books.Book.Balance(account, Cancel));
    }

    [Fact]
    public async Task A_hold_ends_once_only()
    {
        await using var books = await Open();
        var account = Chart.Available(Customer());
        await books.Fund(Customer(), 100);
        await Hold(books, "h", account, 50);

        Assert.IsType<PostOutcome.Posted>(await books.Book.Post(new() { VoidHolds = ["h"] }, Cancel));
        Assert.IsType<PostOutcome.Exists>(await books.Book.Post(new() { VoidHolds = ["h"] }, Cancel));
        var late = await books.Book.Post(
            new() { Journals = [Journals.Move("x", account, Chart.Treasury, 50)], PostHolds = ["h"] }, Cancel);
        var unknown = await books.Book.Post(new() { VoidHolds = ["never"] }, Cancel);

        Assert.Equal(new PostOutcome.HoldNotOpen("h"), late);
        Assert.Equal(new PostOutcome.HoldNotOpen("never"), unknown);
        Assert.Equal(new AccountBalance(100, 0), await books.Book.Balance(account, Cancel));
    }

    [Fact]
    public async Task Of_a_post_and_a_void_that_race_for_one_hold_one_wins()
    {
        await using var books = await Open();
        var account = Chart.Available(Customer());
        await books.Fund(Customer(), 1_000);
        var posts = 0;

        for (var round = 0; round < 20; round++)
        {
            var hold = $"h{round}";
            await Hold(books, hold, account, 10);
            var post = books.Book.Post(
                new() { Journals = [Journals.Move(hold, account, Chart.Treasury, 10)], PostHolds = [hold] }, Cancel);
            var end = books.Book.Post(new() { VoidHolds = [hold] }, Cancel);
            var outcomes = await Task.WhenAll(post, end);

            Assert.Single(outcomes, outcome => outcome is PostOutcome.Posted);
            Assert.Single(outcomes, outcome => outcome is PostOutcome.HoldNotOpen);
            posts += await post is PostOutcome.Posted ? 1 : 0;
        }

        Assert.Equal(new AccountBalance(1_000 - (posts * 10), 0), await books.Book.Balance(account, Cancel));
    }

    private static async Task Hold(TestBook books, string id, LedgerAccount account, long amount) =>
        Assert.IsType<PostOutcome.Posted>(await books.Book.Post(new() { Holds = [new(id, account, amount)] }, Cancel));
}
