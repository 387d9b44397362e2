namespace Marketplace.Ledger.Tests.Invoices;

public sealed class SqliteInvoiceTests : InvoiceContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}
