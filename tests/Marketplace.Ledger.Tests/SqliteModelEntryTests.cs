namespace Marketplace.Ledger.Tests;

public sealed class SqliteModelEntryTests : ModelEntryContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresModelEntryTests : ModelEntryContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
