namespace Marketplace.Ledger.Tests;

[Trait("Category", "Postgres")]
public sealed class PostgresBookTests : BookContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
