using System.Data.Common;
using Marketplace.Domain.Ledger;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests;

public abstract partial class BookContract
{
    [Fact]
    public async Task The_same_key_640_times_from_32_callers_makes_one_journal()
    {
        await using var books = await Open();
        using var second = new Book(books.Database, TimeProvider.System);
        var right = Entry.Of(Journals.Move("same", Chart.Treasury, Chart.Available(Customer()), 7));
        var wrong = Entry.Of(Journals.Move("same", Chart.Treasury, Chart.Available(Customer()), 8));

        var outcomes = await Callers(32, 20, (caller, call) =>
            (caller % 2 == 0 ? books.Book : second).Post(call % 4 == 3 ? wrong : right, Cancel));

        Assert.Single(outcomes, outcome => outcome is PostOutcome.Posted);
        Assert.All(outcomes, outcome => Assert.True(outcome is PostOutcome.Posted or PostOutcome.Exists or PostOutcome.Conflict));
        Assert.Equal(1, await books.Count("SELECT COUNT(*) FROM journal"));
        await books.AssertBalanced();
    }

    [Fact]
    public async Task Charges_from_many_callers_on_two_books_are_all_written()
    {
        await using var books = await Open();
        using var second = new Book(books.Database, TimeProvider.System);
        await books.Fund(Customer(), 1_000_000);
        await Stand(books, LeaseJournals.Fund("job_x", 1, Customer(), Usdc.Zero, Micros(1_000_000)));

        var outcomes = await Callers(32, 10, (caller, call) => (caller % 2 == 0 ? books.Book : second).Post(
            Entry.Of(new Journal($"meter:{caller}:{call}", "meter",
            [
                .. Journal.Move(Chart.Escrow("job_x"), Chart.Accrued(Provider(caller)), Micros(90)),
                .. Journal.Move(Chart.Escrow("job_x"), Chart.Fee(caller), Micros(10)),
            ])),
            Cancel));

        Assert.All(outcomes, outcome => Assert.IsType<PostOutcome.Posted>(outcome));
        Assert.Equal(1_000_000 - 32_000, await books.Free(Chart.Escrow("job_x")));
        await books.AssertBalanced();
    }

    [Fact]
    public async Task Of_many_callers_that_want_the_last_money_exactly_as_many_get_it_as_there_is()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 10);

        var outcomes = await Callers(32, 1, (caller, _) => books.Book.Post(
            Entry.Of(Journals.Move($"want:{caller}", Chart.Available(Customer()), Chart.Escrow($"j{caller}"), 1)), Cancel));

        Assert.Equal(10, outcomes.Count(outcome => outcome is PostOutcome.Posted));
        Assert.Equal(22, outcomes.Count(outcome => outcome is PostOutcome.Insufficient));
        Assert.Equal(0, await books.Free(Chart.Available(Customer())));
    }

    [Fact]
    public async Task An_account_that_many_callers_use_first_at_once_is_made_once()
    {
        await using var books = await Open();
        using var second = new Book(books.Database, TimeProvider.System);

        await Callers(16, 4, (caller, call) => (caller % 2 == 0 ? books.Book : second).Post(
            Entry.Of(Journals.Move($"{caller}:{call}", Chart.Treasury, Chart.Available(Customer(call)), 1)), Cancel));

        Assert.Equal(5, await books.Count("SELECT COUNT(*) FROM account"));
        Assert.Equal(64, await books.Free(Chart.Treasury));
    }

    [Fact]
    public async Task One_entry_that_the_database_refuses_does_not_spoil_its_neighbours()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 1_000);
        await books.Sql("CREATE UNIQUE INDEX register_test ON register(owner)");
        await books.Register.Put([new("job", "j", "taken", "s", "{}", null)], Cancel);
        var poison = new Entry
        {
            Journals = [Journals.Move("poison", Chart.Available(Customer()), Chart.Escrow("j"), 1)],
            Register = [new("job", "other", "taken", "s", "{}", null)],
        };

        var good = Enumerable.Range(0, 20).Select(at => books.Book.Post(
            Entry.Of(Journals.Move($"good:{at}", Chart.Available(Customer()), Chart.Escrow("j"), 1)), Cancel)).ToArray();
        await Assert.ThrowsAnyAsync<DbException>(() => books.Book.Post(poison, Cancel));

        Assert.All(await Task.WhenAll(good), outcome => Assert.IsType<PostOutcome.Posted>(outcome));
        Assert.Equal(20, await books.Free(Chart.Escrow("j")));
    }

    [Fact]
    public async Task Balances_read_beside_others_tell_each_caller_what_it_has_posted()
    {
        await using var books = await Open();

        await Callers(32, 6, async (caller, call) =>
        {
            var mine = Chart.Available(Customer(caller));
            var outcome = await books.Book.Post(
                Entry.Of(Journals.Move($"{caller}:{call}", Chart.Treasury, mine, caller + 1)), Cancel);
            var read = await books.Book.Balances([Chart.Promo(Customer(caller)), mine], Cancel);

            Assert.Equal((0, (call + 1) * (caller + 1)), (read[0].Free, read[1].Free));
            return outcome;
        });
    }

    [Fact]
    public async Task A_cancelled_caller_stops_waiting()
    {
        await using var books = await Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => books.Book.Post(
            Entry.Of(Journals.Move("x", Chart.Treasury, Chart.Available(Customer()), 1)), stop.Token));
    }

    private static async Task<IReadOnlyList<PostOutcome>> Callers(int callers, int calls, Func<int, int, Task<PostOutcome>> call)
    {
        var all = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var outcomes = new List<PostOutcome>(calls);

            for (var at = 0; at < calls; at++)
            {
                outcomes.Add(await call(caller, at));
            }

            return outcomes;
        })));

        return [.. all.SelectMany(outcomes => outcomes)];
    }
}
