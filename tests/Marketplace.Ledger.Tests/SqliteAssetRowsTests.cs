namespace Marketplace.Ledger.Tests;

public sealed class SqliteAssetRowsTests : AssetRowsContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresAssetRowsTests : AssetRowsContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
