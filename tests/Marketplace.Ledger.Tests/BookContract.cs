using System.Data.Common;
using Marketplace.Domain.Ledger;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests;

/// <summary>What the books promise, whatever engine they run on.</summary>
public abstract partial class BookContract
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task A_posted_journal_moves_the_balances()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 1_000);

        Assert.Equal(1_000, await books.Free(Chart.Available(Customer())));
        Assert.Equal(1_000, await books.Free(Chart.Treasury));
        await books.AssertBalanced();
    }

    [Fact]
    public async Task The_same_entry_again_exists_and_moves_nothing()
    {
        await using var books = await Open();
        var entry = Entry.Of(Journals.Move("a", Chart.Treasury, Chart.Available(Customer()), 5));

        var first = Assert.IsType<PostOutcome.Posted>(await books.Book.Post(entry, Cancel));
        var second = Assert.IsType<PostOutcome.Exists>(await books.Book.Post(entry, Cancel));

        Assert.Equal(first.Sequence, second.Sequence);
        Assert.Equal(5, await books.Free(Chart.Treasury));
    }

    [Fact]
    public async Task A_key_with_another_content_is_a_conflict()
    {
        await using var books = await Open();
        await books.Book.Post(Entry.Of(Journals.Move("a", Chart.Treasury, Chart.Available(Customer()), 5)), Cancel);

        var outcome = await books.Book.Post(
            Entry.Of(Journals.Move("a", Chart.Treasury, Chart.Available(Customer()), 6)), Cancel);

        Assert.Equal(new PostOutcome.Conflict("a"), outcome);
        Assert.Equal(5, await books.Free(Chart.Treasury));
    }

    [Fact]
    public async Task An_entry_of_which_only_a_part_exists_is_a_conflict()
    {
        await using var books = await Open();
        var first = Journals.Move("a", Chart.Treasury, Chart.Available(Customer()), 5);
        await books.Book.Post(Entry.Of(first), Cancel);

        var outcome = await books.Book.Post(
            Entry.Of(first, Journals.Move("b", Chart.Treasury, Chart.Available(Customer()), 7)), Cancel);

        Assert.Equal(new PostOutcome.Conflict("a"), outcome);
        Assert.Equal(5, await books.Free(Chart.Treasury));
    }

    [Fact]
    public async Task An_entry_with_one_refused_journal_writes_none_of_them()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 10);

        var outcome = await books.Book.Post(
            Entry.Of(
                Journals.Move("good", Chart.Available(Customer()), Chart.Escrow("job_1"), 4),
                Journals.Move("bad", Chart.Available(Customer(2)), Chart.Escrow("job_1"), 1)),
            Cancel);

        Assert.Equal(new PostOutcome.Insufficient(Chart.Available(Customer(2)), 0, 1), outcome);
        Assert.Equal(10, await books.Free(Chart.Available(Customer())));
        Assert.Equal(0, await books.Count("SELECT COUNT(*) FROM command WHERE key IN ('good', 'bad')"));
    }

    [Fact]
    public async Task A_liability_is_not_taken_below_zero_and_the_refusal_tells_the_amounts()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 10);

        var outcome = await books.Book.Post(
            Entry.Of(Journals.Move("fund", Chart.Available(Customer()), Chart.Escrow("job_1"), 11)), Cancel);

        Assert.Equal(new PostOutcome.Insufficient(Chart.Available(Customer()), 10, 11), outcome);
        Assert.False(outcome.Stands);
    }

    [Fact]
    public async Task An_asset_is_not_taken_below_zero()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 10);

        var outcome = await books.Book.Post(
            Entry.Of(Journals.Move("x", Chart.PromoCost, Chart.Treasury, 11)), Cancel);

        Assert.Equal(new PostOutcome.Insufficient(Chart.Treasury, 10, 11), outcome);
    }

    [Fact]
    public async Task A_lease_is_funded_charged_and_closed_to_the_last_micro()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 1_000_000);

        await Stand(books, LeaseJournals.Fund("job_1", 1, Customer(), Usdc.Zero, Micros(1_000)));
        await Stand(books, LeaseJournals.Charge("job_1", Provider(), Micros(333), 1_000));
        await Stand(books, LeaseJournals.Close("job_1", Customer(), Usdc.Zero, Micros(667)));

        Assert.Equal(999_667, await books.Free(Chart.Available(Customer())));
        Assert.Equal(300, await books.Free(Chart.Accrued(Provider())));
        Assert.Equal(0, await books.Free(Chart.Escrow("job_1")));
        Assert.Equal(33, (await books.Book.TrialBalance(Cancel))
            .Where(line => line.Account.StartsWith("I:", StringComparison.Ordinal)).Sum(line => -line.Balance));
        await books.AssertBalanced();
    }

    [Fact]
    public async Task A_charge_above_the_escrow_is_refused()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 1_000);
        await Stand(books, LeaseJournals.Fund("job_1", 1, Customer(), Usdc.Zero, Micros(100)));

        var outcome = await books.Book.Post(
            Entry.Of(LeaseJournals.Charge("job_1", Provider(), Micros(101), 1_000)), Cancel);

        Assert.Equal(new PostOutcome.Insufficient(Chart.Escrow("job_1"), 100, 101), outcome);
    }

    [Fact]
    public async Task A_journal_without_legs_is_left_out()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 1_000);

        var outcome = await books.Book.Post(
            Entry.Of(LeaseJournals.Fund("job_1", 1, Customer(), Usdc.Zero, Micros(100)), new Journal("none", "test", [])),
            Cancel);

        Assert.IsType<PostOutcome.Posted>(outcome);
        Assert.Equal(0, await books.Count("SELECT COUNT(*) FROM command WHERE key = 'none'"));
    }

    [Fact]
    public async Task Malformed_entries_are_bugs_of_the_caller()
    {
        await using var books = await Open();
        var customer = Chart.Available(Customer());

        Task Post(params Journal[] journals) => books.Book.Post(Entry.Of(journals), Cancel);

        await Assert.ThrowsAsync<ArgumentException>(() => Post(new Journal("a", "t", [new(Chart.Treasury, 5)])));
        await Assert.ThrowsAsync<ArgumentException>(() => Post(new Journal("a", "t", [new(Chart.Treasury, 5), new(customer, -4)])));
        await Assert.ThrowsAsync<ArgumentException>(() => Post(new Journal("a", "t", [new(Chart.Treasury, 5), new(Chart.SolCapital, -5)])));
        await Assert.ThrowsAsync<ArgumentException>(() => Post(Journals.Move("a", Chart.Treasury, customer, 1_000_000_000_000_001)));
        await Assert.ThrowsAsync<ArgumentException>(() => Post(Journals.Move(new('k', 201), Chart.Treasury, customer, 1)));
        await Assert.ThrowsAsync<ArgumentException>(
            () => Post(Journals.Move("a", Chart.Treasury, customer, 1), Journals.Move("a", Chart.Treasury, customer, 1)));
        await Assert.ThrowsAsync<ArgumentException>(
            () => books.Book.Post(new() { Holds = [new("h", Chart.Fee(0), 1)] }, Cancel));
    }

    [Fact]
    public async Task Legs_on_one_account_are_merged()
    {
        await using var books = await Open();
        var journal = new Journal("a", "t",
            [new(Chart.Treasury, 5), new(Chart.Available(Customer()), -5), new(Chart.Treasury, 2), new(Chart.Available(Customer()), -2)]);
        await Stand(books, journal);

        Assert.Equal(2, await books.Count("SELECT COUNT(*) FROM posting"));
        Assert.Equal(7, await books.Free(Chart.Treasury));
    }

    [Fact]
    public async Task A_statement_runs_newest_first_and_in_pages()
    {
        await using var books = await Open();

        for (var at = 1; at <= 5; at++)
        {
            await books.Fund(Customer(), at, $"deposit:{at}");
        }

        var first = await books.Book.Statement(Chart.Available(Customer()), null, 3, Cancel);
        var rest = await books.Book.Statement(Chart.Available(Customer()), first[^1].Sequence, 3, Cancel);

        Assert.Equal([-5, -4, -3], first.Select(line => line.Amount));
        Assert.Equal([-15, -10, -6], first.Select(line => line.BalanceAfter));
        Assert.Equal([-2, -1], rest.Select(line => line.Amount));
    }

    protected static async Task Stand(TestBook books, params Journal[] journals) =>
        Assert.IsType<PostOutcome.Posted>(await books.Book.Post(Entry.Of(journals), Cancel));

    protected static async Task<DbException> Refused(Func<Task> act) => await Assert.ThrowsAnyAsync<DbException>(act);
}
