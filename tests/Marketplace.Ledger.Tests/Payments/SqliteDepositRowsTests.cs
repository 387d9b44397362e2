namespace Marketplace.Ledger.Tests.Payments;

public sealed class SqliteDepositRowsTests : DepositRowsContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresDepositRowsTests : DepositRowsContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
