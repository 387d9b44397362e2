namespace Marketplace.Ledger.Tests.Payouts;

public sealed class SqlitePayoutChunksTests : PayoutChunksContract
{
    protected override Task<TestBook> OpenEmpty() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresPayoutChunksTests : PayoutChunksContract
{
    protected override Task<TestBook> OpenEmpty() => PostgresDatabases.Open();
}
