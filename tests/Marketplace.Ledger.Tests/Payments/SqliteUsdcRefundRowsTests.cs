namespace Marketplace.Ledger.Tests.Payments;

public sealed class SqliteUsdcRefundRowsTests : UsdcRefundRowsContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresUsdcRefundRowsTests : UsdcRefundRowsContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
