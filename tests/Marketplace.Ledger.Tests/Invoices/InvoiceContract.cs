using CsCheck;
using Marketplace.Domain.Invoices;
using Marketplace.Ledger.Verify;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Invoices;

/// <summary>Invoices beside the journals that they are made of, whatever engine keeps both.</summary>
public abstract class InvoiceContract
{
    private const int Histories = 8;

    private static readonly DateTimeOffset Start = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly BillingDetail Studio = new("Studio North", "1 Quay\nBergen", "NO", "NO999");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task A_month_that_is_over_gets_one_invoice_that_never_changes()
    {
        await using var market = await InvoiceScene.Open(await Open(), Start);
        await market.Charge(1, "job", 700);
        await market.Charge(1, "render", 90);
        await market.Refund(1, 200);
        await market.Rows.SetBilling(Customer(), Studio, Cancel);

        Assert.Empty(await market.Issued(1));
        Assert.Equal(590, (await market.Rows.Preview(Customer(), Cancel)).Total.Micros);

        market.Clock.SetUtcNow(new DateTimeOffset(2026, 2, 1, 0, 59, 0, TimeSpan.Zero));
        Assert.Empty(await market.Issued(1));
        market.Clock.Advance(TimeSpan.FromMinutes(1));
        var issued = Assert.Single(await market.Issued(1));
        await market.Rows.SetBilling(Customer(), Studio with { Name = "Studio South" }, Cancel);

        Assert.Equal(
            [new("refund", 1, Micros(-200)), new("render", 1, Micros(90)), new("text", 1, Micros(700))],
            issued.Lines.OrderBy(line => line.Product, StringComparer.Ordinal));
        Assert.Equal(("INV-000001", "2026-01", Studio), ($"{issued.Number}", $"{issued.Month}", issued.BillTo));
        Assert.Equal(issued.BillTo, Assert.Single(await market.Issued(1)).BillTo);
        Assert.NotNull(await market.Rows.Find(Customer(), issued.Number, Cancel));
        Assert.Null(await market.Rows.Find(Customer(2), issued.Number, Cancel));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            () => market.Books.Sql("UPDATE invoice SET total = 1"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            () => market.Books.Sql(
                "INSERT INTO invoice SELECT number + 2, account, '2030-01', from_us, to_us, total, body, at_us FROM invoice"));
    }

    [Fact]
    public async Task Accounts_that_ask_at_once_get_numbers_without_a_gap()
    {
        const int Customers = 6;
        await using var market = await InvoiceScene.Open(await Open(), Start);

        foreach (var customer in Enumerable.Range(1, Customers))
        {
            await market.Charge(customer, "job", 10 * customer);
        }

        market.Clock.Advance(TimeSpan.FromDays(31));
        await Task.WhenAll(Enumerable.Range(0, 2 * Customers)
            .Select(at => market.Rows.Issue(Customer(1 + (at % Customers)), Cancel)));

        var numbers = new List<long>();

        foreach (var customer in Enumerable.Range(1, Customers))
        {
            var invoice = Assert.Single(await market.Rows.List(Customer(customer), Cancel));
            Assert.Equal(10 * customer, invoice.Total.Micros);
            numbers.Add(invoice.Number.Value);
        }

        Assert.Equal(Enumerable.Range(1, Customers).Select(number => (long)number), numbers.Order());
    }

    [Fact]
    public Task Over_any_history_the_invoices_come_to_the_charges_less_the_refunds() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 3], Gen.Int[1, 500], Gen.Int[0, 40]).Array[0, 30]
            .SampleAsync(Tie, iter: Histories, threads: 1);

    [Fact]
    public async Task An_invoice_that_says_something_else_than_the_journals_is_found()
    {
        await using var market = await InvoiceScene.Open(await Open(), Start);
        await market.Charge(1, "job", 700);
        var (from, to) = (InvoiceMonth.Of(Start).Begin.ToMicros(), InvoiceMonth.Of(Start).End.ToMicros());

        await market.Books.Sql(
            $"INSERT INTO invoice VALUES (1, '{Customer()}', '2026-01', {from}, {to}, 701, '{{}}', {to})");

        Assert.Contains("invoices", await Broken(market));
    }

    private async Task Tie((int Customer, int What, int Micros, int Days)[] history)
    {
        await using var market = await InvoiceScene.Open(await Open(), Start);
        var charged = new Dictionary<int, long>();

        foreach (var (customer, what, micros, days) in history)
        {
            market.Clock.Advance(TimeSpan.FromDays(days));
            var refund = what == 3 ? Math.Min(micros, charged.GetValueOrDefault(customer)) : 0;

            if (what == 3 && refund > 0)
            {
                await market.Refund(customer, refund);
            }
            else if (what < 3)
            {
                await market.Charge(customer, new[] { "job", "render", "lease" }[what], micros);
            }

            charged[customer] = charged.GetValueOrDefault(customer) + (what < 3 ? micros : -refund);

            // Asking in the middle must change nothing.
            await market.Rows.Issue(Customer(customer), Cancel);
        }

        market.Clock.Advance(TimeSpan.FromDays(40));

        foreach (var (customer, sum) in charged)
        {
            var invoices = await market.Issued(customer);
            Assert.Equal(sum, invoices.Sum(invoice => invoice.Total.Micros));
            Assert.Equal(invoices.Count, invoices.Select(invoice => invoice.Month).Distinct().Count());
        }

        Assert.DoesNotContain("invoices", await Broken(market));
    }

    private static async Task<IReadOnlyList<string>> Broken(InvoiceScene market)
    {
        var report = await new BooksAudit(market.Books.Database, market.Clock).Verify(cancel: Cancel);

        return [.. report.Invariants.Where(found => found.Standing == Standing.Broken).Select(found => found.Id)];
    }
}
