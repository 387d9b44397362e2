namespace Marketplace.Ledger.Tests.Outbox;

[Trait("Category", "Postgres")]
public sealed class PostgresOutboxTests : OutboxContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
