using Marketplace.Storage.Migrations;
using Marketplace.Storage.Sqlite;

namespace Marketplace.Storage.Tests.Sql;

/// <summary>A migrated SQLite file in a temporary folder.</summary>
public sealed class SqliteStore : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-store-").FullName;

    public SqliteStore() => Source = new SqliteDataSource(Path.Combine(_folder, "orleans.db"));

    public SqliteDataSource Source { get; }

    public async Task<OrleansStore> Open()
    {
        await Migrator.Sqlite(Source).Migrate([ScriptSet.OrleansOnSqlite], TestContext.Current.CancellationToken);
        return new OrleansStore(Source);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
