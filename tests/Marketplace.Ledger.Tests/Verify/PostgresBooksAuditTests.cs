namespace Marketplace.Ledger.Tests.Verify;

[Trait("Category", "Postgres")]
public sealed class PostgresBooksAuditTests : BooksAuditContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
