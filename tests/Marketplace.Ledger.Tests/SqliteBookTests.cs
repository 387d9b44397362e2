namespace Marketplace.Ledger.Tests;

public sealed class SqliteBookTests : BookContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}
