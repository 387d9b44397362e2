using System.Data.Common;
using Marketplace.Ledger;
using Marketplace.Storage.Migrations;
using Marketplace.Storage.Sqlite;
using Npgsql;

namespace Marketplace.Host.Storage;

/// <summary>
/// The two data sources of this process, apart so that the books and the grains do not wait for each other: two files
/// on SQLite, two pools and schemas of one database on PostgreSQL.
/// </summary>
internal sealed class Databases : IAsyncDisposable
{
    /// <summary>The books on SQLite, in the data directory.</summary>
    public const string LedgerFile = "ledger.db";

    /// <summary>Statements that a connection to PostgreSQL keeps prepared.</summary>
    private const int PreparedMax = 100;

    private const string OrleansSchema = "orleans";
    private const string LedgerSchema = "ledger";

    private Databases(DbDataSource orleans, DbDataSource ledger, LedgerDatabase books)
    {
        Orleans = orleans;
        Ledger = ledger;
        Books = books;
    }

    public DbDataSource Orleans { get; }

    public LedgerDatabase Books { get; }

    private DbDataSource Ledger { get; }

    /// <summary>Opens nothing yet.</summary>
    public static Databases From(StorageOptions options) => options.IsPostgreSql ? Postgres(options) : Sqlite(options);

    /// <summary>Brings both to this version; answers the names of the scripts that were run.</summary>
    public async Task<IReadOnlyList<string>> Migrate(CancellationToken cancel) => this switch
    {
        { Orleans: NpgsqlDataSource orleans, Ledger: NpgsqlDataSource ledger } =>
        [
            .. await Migrator.PostgreSql(orleans).Migrate([ScriptSet.OrleansOnPostgreSql], cancel),
            .. await Migrator.PostgreSql(ledger).Migrate([LedgerSet(LedgerScripts.PostgreSqlPrefix)], cancel),
        ],
        { Orleans: SqliteDataSource orleans, Ledger: SqliteDataSource ledger } =>
        [
            .. await Migrator.Sqlite(orleans).Migrate([ScriptSet.OrleansOnSqlite], cancel),
            .. await Migrator.Sqlite(ledger).Migrate([LedgerSet(LedgerScripts.SqlitePrefix)], cancel),
        ],
        _ => throw new System.Diagnostics.UnreachableException(Orleans.GetType().Name),
    };

    public async ValueTask DisposeAsync()
    {
        await Orleans.DisposeAsync();
        await Ledger.DisposeAsync();
    }

    private static Databases Sqlite(StorageOptions options)
    {
        var ledger = new SqliteDataSource(Path.Combine(options.DataDirectory, LedgerFile));

        return new Databases(
            new SqliteDataSource(Path.Combine(options.DataDirectory, "orleans.db")), ledger, LedgerDatabase.Sqlite(
                ledger));
    }

    private static Databases Postgres(StorageOptions options)
    {
        var ledger = Pool(options, LedgerSchema, options.LedgerConnectionsMax);
        return new Databases(
            Pool(options, OrleansSchema, options.OrleansConnectionsMax), ledger, LedgerDatabase.PostgreSql(ledger));
    }

    private static NpgsqlDataSource Pool(StorageOptions options, string schema, int connectionsMax) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            SearchPath = schema,
            MaxPoolSize = connectionsMax,

            // The same few dozen texts again and again: to plan them each time costs more than to run them.
            MaxAutoPrepare = PreparedMax,
            AutoPrepareMinUsages = 2,

            // Nothing here changes a session beyond its transaction, and a reset is seven statements at every use.
            NoResetOnClose = true,
            ApplicationName = $"marketplace-{schema}",
        });

    private static ScriptSet LedgerSet(string prefix) => new(LedgerSchema, LedgerScripts.Assembly, prefix);
}
