using Marketplace.Domain.Ledger;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests;

public abstract partial class BookContract
{
    [Fact]
    public async Task A_dispute_takes_what_is_left_and_the_rest_is_owed_until_money_comes_in()
    {
        await using var books = await Open();
        var (available, owed, frozen) = (
            Chart.Available(Customer()), Chart.Receivable(Customer()), Chart.Frozen(Customer()));
        await Stand(books, CardJournals.TopUp("pi_1", Customer(), Cents.From(10_00)));
        await Stand(books, LeaseJournals.Fund("job_1", 0, Customer(), Usdc.Zero, Micros(7_000_000)));
        await Stand(books, CardJournals.DisputeOpened("dp_1", Customer(), Cents.From(10_00), Cents.From(15_00)));

        Assert.Equal(
            (0, 7_000_000, 10_000_000),
            (await books.Free(available), await books.Free(owed), await books.Free(frozen)));

        await Stand(books, LeaseJournals.Close("job_1", Customer(), Usdc.Zero, Micros(3_000_000)));
        await Stand(books, CardJournals.TopUp("pi_2", Customer(), Cents.From(5_00)));
        Assert.Equal((1_000_000, 0), (await books.Free(available), await books.Free(owed)));

        await Stand(books, CardJournals.DisputeWon("dp_1", Customer(), Cents.From(10_00)));
        Assert.Equal((11_000_000, 0), (await books.Free(available), await books.Free(frozen)));
        await books.AssertBalanced();
    }

    [Fact]
    public async Task A_repeat_exists_although_it_would_be_divided_otherwise_now()
    {
        await using var books = await Open();
        var topUp = CardJournals.TopUp("pi_1", Customer(), Cents.From(10_00));
        await Stand(books, topUp);
        await Stand(books, LeaseJournals.Fund("job_1", 0, Customer(), Usdc.Zero, Micros(9_000_000)));
        await Stand(books, CardJournals.DisputeOpened("dp_1", Customer(), Cents.From(10_00), Cents.From(15_00)));

        Assert.IsType<PostOutcome.Exists>(await books.Book.Post(Entry.Of(topUp), Cancel));
        Assert.IsType<PostOutcome.Conflict>(
            await books.Book.Post(Entry.Of(CardJournals.TopUp("pi_1", Customer(), Cents.From(10_01))), Cancel));
    }

    [Fact]
    public async Task A_waterfall_leaves_what_is_held()
    {
        await using var books = await Open();
        await Stand(books, CardJournals.TopUp("pi_1", Customer(), Cents.From(10_00)));
        await books.Book.Post(new() { Holds = [new("refund:r", Chart.Available(Customer()), 4_000_000)] }, Cancel);
        await Stand(books, CardJournals.DisputeOpened("dp_1", Customer(), Cents.From(10_00), Cents.From(0)));

        Assert.Equal(4_000_000, await books.Free(Chart.Receivable(Customer())));
        var refund = new Entry
        {
            Journals = [CardJournals.Refund("r", Customer(), Cents.From(4_00))],
            PostHolds = ["refund:r"],
        };
        Assert.IsType<PostOutcome.Posted>(await books.Book.Post(refund, Cancel));
    }

    [Fact]
    public async Task A_holdback_repays_the_advance_first()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 1_000);
        await Stand(books, LeaseJournals.Fund("job_1", 0, Customer(), Usdc.Zero, Micros(1_000)));
        await Stand(books, LeaseJournals.Charge("job_1", Provider(), Micros(1_000), 1_000));
        await Stand(books, AdvanceJournals.Grant("a", Provider(), Micros(500), Micros(5)));
        await Stand(books, LeaseJournals.Holdback(Provider(), "1", Micros(300)));
        Assert.Equal((495, 200), (await books.Free(Chart.Payable(Provider())), await books.Free(Chart.Advance(Provider()))));

        await Stand(books, LeaseJournals.Holdback(Provider(), "2", Micros(600)));
        Assert.Equal((895, 0), (await books.Free(Chart.Payable(Provider())), await books.Free(Chart.Advance(Provider()))));
    }

    [Fact]
    public async Task A_refund_falls_through_accrued_bond_and_pool_to_the_platform()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 1_000);
        await Stand(books, LeaseJournals.Fund("job_1", 0, Customer(), Usdc.Zero, Micros(1_000)));
        await Stand(books, LeaseJournals.ChargeCovered("job_1", Provider(), Micros(900), 1_000, Micros(4)));
        await Stand(books, LeaseJournals.Holdback(Provider(), "1", Micros(800)));
        await Stand(books, BondJournals.Fund(Provider(), "1", Micros(20)));
        await Stand(books, SlaJournals.Refund("s1", Provider(), Customer(), Micros(900), Micros(90)));

        Assert.Equal(
            (0, 0, 0, 900),
            (
                await books.Free(Chart.Accrued(Provider())),
                await books.Free(Chart.Bond(Provider())),
                await books.Free(Chart.SlaPool),
                await books.Free(Chart.Available(Customer()))));
        Assert.Equal(776, (await books.Book.Balance(Chart.SlaCredit, Cancel)).Amount);
        await books.AssertBalanced();
    }

    [Fact]
    public async Task Many_credits_at_once_settle_a_debt_exactly_once()
    {
        await using var books = await Open();
        await Stand(books, CardJournals.DisputeOpened("dp_1", Customer(), Cents.From(1_00), Cents.From(0)));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(at =>
            Stand(books, CardJournals.TopUp($"pi_{at}", Customer(), Cents.From(7)))));

        Assert.Equal(0, await books.Free(Chart.Receivable(Customer())));
        Assert.Equal(1_800_000, await books.Free(Chart.Available(Customer())));
    }

    [Fact]
    public async Task A_malformed_waterfall_is_a_bug_of_the_caller()
    {
        await using var books = await Open();
        var customer = Chart.Available(Customer());

        Task Post(params LedgerAccount[] accounts) => books.Book.Post(
            Entry.Of(new Journal("a", "t", [new(Chart.Treasury, 5)]) { Waterfalls = [new(accounts, -5)] }), Cancel);

        await Assert.ThrowsAsync<ArgumentException>(() => Post(Chart.Receivable(Customer()), Chart.Treasury));
        await Assert.ThrowsAsync<ArgumentException>(() => Post(customer, customer));
        await Assert.ThrowsAsync<ArgumentException>(() => Post(Chart.Fee(1), customer));
        await Assert.ThrowsAsync<ArgumentException>(() => Post(Chart.FeePayer, customer));
    }
}
