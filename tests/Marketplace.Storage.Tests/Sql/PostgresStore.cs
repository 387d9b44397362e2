using Marketplace.Storage.Migrations;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Storage.Tests.Sql;

/// <summary>A migrated PostgreSQL database of its own; skips the test where no server can be had.</summary>
public sealed class PostgresStore : IAsyncDisposable
{
    private NpgsqlDataSource? _source;

    public async Task<OrleansStore> Open()
    {
        _source ??= await CreateSource();
        await Migrator.PostgreSql(_source).Migrate([ScriptSet.OrleansOnPostgreSql], TestContext.Current.CancellationToken);
        return new OrleansStore(_source);
    }

    public static async Task<NpgsqlDataSource> CreateSource()
    {
        var server = await PostgresServer.SkipUnlessAvailable();
        var database = await server.CreateDatabase(TestContext.Current.CancellationToken);

        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { SearchPath = "orleans" });
    }

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }
    }
}
