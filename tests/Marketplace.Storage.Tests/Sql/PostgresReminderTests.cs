namespace Marketplace.Storage.Tests.Sql;

[Trait("Category", "Postgres")]
public sealed class PostgresReminderTests : ReminderContract, IAsyncDisposable
{
    private readonly PostgresStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    protected override Task<OrleansStore> Open() => _store.Open();
}
