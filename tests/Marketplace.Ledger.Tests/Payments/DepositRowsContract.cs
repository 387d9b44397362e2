using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Verify;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Payments;

/// <summary>Rows of deposits, whatever engine they run on.</summary>
public abstract class DepositRowsContract
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task A_deposit_is_found_by_its_id_and_its_reference()
    {
        await using var books = await Open();
        var rows = new DepositRows(books.Database, TimeProvider.System);
        var open = new ExpectedDeposit(Id(1), Customer(), "reference1", null);

        await rows.Expect(open, Cancel);
        await rows.Expect(open, Cancel);
        await rows.Expect(new(Id(2), Customer(), "reference2", Micros(5)), Cancel);

        Assert.Equal(Id(1), (await rows.FindByReference("reference1", Cancel))?.Id);
        Assert.Equal(Micros(5), (await rows.Find(Id(2), Cancel))?.Amount);
        Assert.Null((await rows.Find(Id(1), Cancel))?.Amount);
        Assert.Null(await rows.FindByReference("none", Cancel));
        Assert.Equal([Id(2), Id(1)], (await rows.Since(DateTimeOffset.UnixEpoch, 10, Cancel)).Select(row => row.Id));
        await Assert.ThrowsAsync<InvalidOperationException>(() => rows.Expect(open with { Account = Customer(2) }, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => rows.Expect(new(Id(3), Customer(), "reference1", null), Cancel));
    }

    [Fact]
    public async Task A_transfer_is_credited_once_however_often_and_by_however_many_it_is_seen()
    {
        await using var books = await Open();
        var rows = new DepositRows(books.Database, TimeProvider.System);
        await rows.Expect(new(Id(1), Customer(), "reference1", null), Cancel);

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Task.Run(() => rows.Credit(Transfer("sig"), Customer(), Id(1), Cancel))));
        var other = await rows.Credit(Transfer("sig"), Customer(2), null, Cancel);

        Assert.Single(outcomes, outcome => outcome is PostOutcome.Posted);
        Assert.All(outcomes, outcome => Assert.True(outcome.Stands));
        Assert.IsType<PostOutcome.Conflict>(other);
        Assert.Equal(1_000, await books.Free(Chart.Available(Customer())));
        Assert.Equal(Transfer("sig"), Assert.Single(await rows.TransfersOf(Id(1), Cancel)).Transfer);
        Assert.True((await new BooksAudit(books.Database, TimeProvider.System).Verify(cancel: Cancel)).Holds);
    }

    [Fact]
    public async Task A_transfer_without_an_owner_waits_in_suspense()
    {
        await using var books = await Open();
        var rows = new DepositRows(books.Database, TimeProvider.System);
        await rows.Credit(Transfer("sig"), null, null, Cancel);

        Assert.Equal(1_000, await books.Free(Chart.Suspense));
        Assert.Single(await rows.InSuspense(10, Cancel));
        Assert.IsType<PostOutcome.Posted>(await rows.Match(Transfer("sig"), Customer(), Cancel));
        Assert.IsType<PostOutcome.Exists>(await rows.Match(Transfer("sig"), Customer(), Cancel));
        Assert.IsType<PostOutcome.Conflict>(await rows.Match(Transfer("sig"), Customer(2), Cancel));

        Assert.Equal(1_000, await books.Free(Chart.Available(Customer())));
        Assert.Empty(await rows.InSuspense(10, Cancel));
    }

    [Fact]
    public async Task A_scan_remembers_how_far_it_came()
    {
        await using var books = await Open();
        var rows = new DepositRows(books.Database, TimeProvider.System);

        Assert.Null(await rows.Cursor("treasury", Cancel));
        await rows.SaveCursor("treasury", "sig1", Cancel);
        await rows.SaveCursor("treasury", "sig2", Cancel);
        Assert.Equal("sig2", await rows.Cursor("treasury", Cancel));
    }

    [Fact]
    public async Task A_standing_address_is_opened_once_and_found_by_account_wallet_and_number()
    {
        await using var books = await Open();
        var rows = new DepositAddressRows(books.Database, TimeProvider.System);
        var first = await rows.Open(new StandingAddress(Customer(), "wallet1", "tokens1"), Cancel);
        await rows.Open(new StandingAddress(Customer(2), "wallet2", "tokens2"), Cancel);

        Assert.Equal(first, await rows.Open(new StandingAddress(Customer(), "wallet1", "tokens1"), Cancel));
        Assert.Equal(first, await rows.Of(Customer(), Cancel));
        Assert.Equal(first, await rows.ByAddress("wallet1", Cancel));
        Assert.Null(await rows.ByAddress("tokens1", Cancel));
        Assert.Equal(["wallet2"], (await rows.After(first.Number, 10, Cancel)).Select(row => row.Address));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => rows.Open(new StandingAddress(Customer(), "wallet3", "tokens3"), Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => rows.Open(new StandingAddress(Customer(3), "wallet1", "tokens1"), Cancel));
    }

    [Fact]
    public async Task What_came_in_at_an_address_is_the_customers_and_is_swept_once_after_it_was_credited()
    {
        await using var books = await Open();
        var rows = new DepositRows(books.Database, TimeProvider.System);
        Assert.False(await rows.PostSweep("sweep1", Micros(1_000), Cancel));

        for (var time = 0; time < 2; time++)
        {
            Assert.True((await rows.CreditUnswept(Transfer("sig1"), Customer(), Cancel)).Stands);
        }

        Assert.Equal(1_000, await books.Free(Chart.Available(Customer())));
        Assert.Equal(1_000, (await books.Book.Balance(Chart.Deposits, Cancel)).Amount);

        for (var time = 0; time < 2; time++)
        {
            Assert.True(await rows.PostSweep("sweep1", Micros(1_000), Cancel));
        }

        Assert.Equal(0, (await books.Book.Balance(Chart.Deposits, Cancel)).Amount);
        Assert.Equal(1_000, (await books.Book.Balance(Chart.Treasury, Cancel)).Amount);
    }

    private static DepositId Id(int n) => DepositId.From(PrefixedId.Derive("deposit", $"{n}"));

    private static ChainTransfer Transfer(string signature) => new("genesis", signature, "treasury-ata", Micros(1_000), 42);
}
