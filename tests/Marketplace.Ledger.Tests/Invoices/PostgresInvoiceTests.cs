namespace Marketplace.Ledger.Tests.Invoices;

[Trait("Category", "Postgres")]
public sealed class PostgresInvoiceTests : InvoiceContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
