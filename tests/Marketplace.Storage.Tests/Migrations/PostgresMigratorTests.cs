using System.Data.Common;
using Marketplace.Storage.Migrations;
using Marketplace.Storage.Tests.Sql;
using Npgsql;

namespace Marketplace.Storage.Tests.Migrations;

[Trait("Category", "Postgres")]
public sealed class PostgresMigratorTests : MigratorContract, IAsyncDisposable
{
    private NpgsqlDataSource? _source;

    public async ValueTask DisposeAsync()
    {
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }
    }

    protected override async Task<(Migrator Migrator, DbDataSource Source)> Open()
    {
        _source ??= await PostgresStore.CreateSource();
        return (Migrator.PostgreSql(_source), _source);
    }
}
