namespace Marketplace.Ledger.Tests;

public sealed class SqliteRegisterTests : RegisterContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresRegisterTests : RegisterContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
