namespace Marketplace.Ledger.Tests.Seals;

[Trait("Category", "Postgres")]
public sealed class PostgresSealTests : SealContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
