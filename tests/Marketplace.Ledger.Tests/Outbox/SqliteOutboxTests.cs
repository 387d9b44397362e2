namespace Marketplace.Ledger.Tests.Outbox;

public sealed class SqliteOutboxTests : OutboxContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}
