using Marketplace.Domain.Ledger;
using Marketplace.Grains.Invoices;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Invoices;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Grains.Tests.Invoices;

/// <summary>Invoices come by themselves when a month is over, and once.</summary>
public sealed class InvoiceSweepTests
{
    private static readonly DateTimeOffset Start = new(2026, 10, 20, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_month_that_is_over_has_one_invoice_for_every_account_with_charges_though_nobody_asked()
    {
        var clock = new FakeTimeProvider(Start);
        await using var books = await PaymentBooks.Open(clock);
        var rows = new InvoiceRows(books.Database, clock);
        using var sweep = Sweep(books, rows, clock);
        using var other = Sweep(books, rows, clock);
        await Charge(books, 1, 700);
        await Charge(books, 2, 300);
        await Account(books, 3);

        await sweep.Run(Cancel);
        Assert.Empty(await rows.List(PaymentBooks.Customer(1), Cancel));

        clock.SetUtcNow(new(2026, 11, 1, 1, 0, 0, TimeSpan.Zero));
        await Task.WhenAll(sweep.Run(Cancel), other.Run(Cancel));
        await sweep.Run(Cancel);
        clock.SetUtcNow(new(2026, 12, 1, 1, 0, 0, TimeSpan.Zero));
        await sweep.Run(Cancel);

        var first = Assert.Single(await rows.List(PaymentBooks.Customer(1), Cancel));
        var second = Assert.Single(await rows.List(PaymentBooks.Customer(2), Cancel));
        Assert.Equal((Usdc.FromMicros(700), "2026-10"), (first.Total, first.Month.ToString()));
        Assert.Equal(Usdc.FromMicros(300), second.Total);
        Assert.Equal([1L, 2L], new[] { first.Number.Value, second.Number.Value }.Order());
        Assert.Empty(await rows.List(PaymentBooks.Customer(3), Cancel));
    }

    private static InvoiceSweep Sweep(PaymentBooks books, InvoiceRows rows, FakeTimeProvider clock) =>
        new(rows, new Register(books.Database, books.Book), clock, NullLogger<InvoiceSweep>.Instance);

    private static RegisterRow Row(string kind, string id, string owner) => new(kind, id, owner, "open", "{}", null);

    private static async Task Account(PaymentBooks books, int customer) => Assert.True((await books.Book.Post(
        new() { Register = [Row("account", PaymentBooks.Customer(customer).Value, string.Empty)] }, Cancel)).Stands);

    private static async Task Charge(PaymentBooks books, int customer, long micros)
    {
        var (account, work, amount) = (PaymentBooks.Customer(customer), $"job_{customer}", Usdc.FromMicros(micros));
        await Account(books, customer);
        Assert.True((await books.Book.Post(
            new()
            {
                Journals =
                [
                    new($"in:{work}", "test", [.. Journal.Move(Chart.Treasury, Chart.Available(account), amount)]),
                    LeaseJournals.Fund(work, 0, account, Usdc.Zero, amount),
                    LeaseJournals.Charge(work, PaymentBooks.Provider(1), amount, feeBasisPoints: 1_000),
                ],
                Register = [Row("job", work, account.Value)],
            },
            Cancel)).Stands);
    }
}
