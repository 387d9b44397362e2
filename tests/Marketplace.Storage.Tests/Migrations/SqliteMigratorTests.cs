using System.Data.Common;
using Marketplace.Storage.Migrations;
using Marketplace.Storage.Tests.Sql;

namespace Marketplace.Storage.Tests.Migrations;

public sealed class SqliteMigratorTests : MigratorContract, IAsyncDisposable
{
    private readonly SqliteStore _store = new();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    protected override Task<(Migrator Migrator, DbDataSource Source)> Open() =>
        Task.FromResult<(Migrator, DbDataSource)>((Migrator.Sqlite(_store.Source), _store.Source));
}
