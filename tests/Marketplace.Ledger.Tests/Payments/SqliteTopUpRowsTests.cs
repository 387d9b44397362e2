namespace Marketplace.Ledger.Tests.Payments;

public sealed class SqliteTopUpRowsTests : TopUpRowsContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresTopUpRowsTests : TopUpRowsContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
