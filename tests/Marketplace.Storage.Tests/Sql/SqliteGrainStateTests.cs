namespace Marketplace.Storage.Tests.Sql;

public sealed class SqliteGrainStateTests : GrainStateContract, IAsyncDisposable
{
    private readonly SqliteStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    protected override Task<OrleansStore> Open() => _store.Open();
}
