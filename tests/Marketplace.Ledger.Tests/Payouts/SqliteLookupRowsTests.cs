namespace Marketplace.Ledger.Tests.Payouts;

public sealed class SqliteLookupRowsTests : LookupRowsContract
{
    protected override Task<TestBook> OpenEmpty() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresLookupRowsTests : LookupRowsContract
{
    protected override Task<TestBook> OpenEmpty() => PostgresDatabases.Open();
}
