using Marketplace.Domain.Invoices;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Invoices;
using Microsoft.Extensions.Time.Testing;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Invoices;

/// <summary>Customers whose work is charged and given back at a time of our own.</summary>
internal sealed class InvoiceScene : IAsyncDisposable
{
    private readonly Book _book;
    private int _number;

    private InvoiceScene(TestBook books, FakeTimeProvider clock)
    {
        (Books, Clock) = (books, clock);
        _book = new(books.Database, clock);
        Rows = new(books.Database, clock);
    }

    public TestBook Books { get; }

    public FakeTimeProvider Clock { get; }

    public InvoiceRows Rows { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<InvoiceScene> Open(TestBook books, DateTimeOffset start)
    {
        var scene = new InvoiceScene(books, new FakeTimeProvider(start));

        foreach (var customer in Enumerable.Range(1, 6))
        {
            await books.Fund(Customer(customer), 1_000_000);
        }

        return scene;
    }

    /// <summary>Work of a kind that is funded, charged and closed.</summary>
    public async Task Charge(int customer, string kind, long micros)
    {
        var work = $"{kind}_{++_number}";
        var escrow = Micros(micros + 5);
        await Stand(new()
        {
            Journals =
            [
                LeaseJournals.Fund(work, 0, Customer(customer), Usdc.Zero, escrow),
                LeaseJournals.Charge(work, Provider(), Micros(micros), feeBasisPoints: 1_000),
                LeaseJournals.Close(work, Customer(customer), Usdc.Zero, Micros(5)),
            ],
            Register = [new(kind, work, Customer(customer).Value, "succeeded", "{}", null)],
        });
    }

    /// <summary>A part of what was charged goes back.</summary>
    public Task Refund(int customer, long micros) => Stand(Entry.Of(
        SlaJournals.Refund($"case_{++_number}", Provider(), Customer(customer), Micros(micros), Usdc.Zero)));

    /// <summary>What the customer has once what is due was issued.</summary>
    public async Task<IReadOnlyList<Invoice>> Issued(int customer)
    {
        await Rows.Issue(Customer(customer), Cancel);
        return await Rows.List(Customer(customer), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _book.Dispose();
        await Books.DisposeAsync();
    }

    private async Task Stand(Entry entry) => Assert.IsType<PostOutcome.Posted>(await _book.Post(entry, Cancel));
}
