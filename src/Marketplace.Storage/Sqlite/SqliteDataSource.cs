using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// One SQLite file for Orleans' providers and for the books. Its commands run off the caller's thread and its writers
/// take turns; a transaction holds its turn from begin (as BEGIN IMMEDIATE) to its end. Foreign keys are on, every
/// commit is synced, the journal is a write-ahead log.
/// </summary>
public sealed class SqliteDataSource : DbDataSource
{
    /// <summary>Connections open at once; further ones wait. Each may keep its own cache of pages.</summary>
    public const int ConnectionsMax = 64;

    /// <summary>Wait for a place among <see cref="ConnectionsMax"/>, after which opening fails.</summary>
    public static readonly TimeSpan OpenWaitMax = TimeSpan.FromSeconds(30);

    /// <summary>How long SQLite itself waits for a writer of another process.</summary>
    public static readonly TimeSpan BusyWaitMax = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _places = new(ConnectionsMax);
    private readonly Lock _first = new();
    private bool _isLogged;

    /// <param name="path">The file; it is made when missing, its folder is not.</param>
    public SqliteDataSource(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        ConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = true,
        }.ToString();
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    public override string ConnectionString { get; }

    internal WriterGate Gate { get; } = new();

    internal void TakePlace()
    {
        if (!_places.Wait(OpenWaitMax))
        {
            throw new TimeoutException(
                $"No place among {ConnectionsMax} connections to '{Path}' came free within "
                    + $"{OpenWaitMax.TotalSeconds} s.");
        }
    }

    internal async Task TakePlaceAsync(CancellationToken cancel)
    {
        if (!await _places.WaitAsync(OpenWaitMax, cancel))
        {
            throw new TimeoutException(
                $"No place among {ConnectionsMax} connections to '{Path}' came free within "
                    + $"{OpenWaitMax.TotalSeconds} s.");
        }
    }

    internal void GivePlaceBack() => _places.Release();

    /// <summary>Turns the write-ahead log on, which the file then remembers. Once per data source.</summary>
    internal void EnsureLog(Action<string> run)
    {
        lock (_first)
        {
            if (!_isLogged)
            {
                run("PRAGMA journal_mode = WAL");
                _isLogged = true;
            }
        }
    }

    protected override DbConnection CreateDbConnection() => new GatedConnection(this);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            using var connection = new SqliteConnection(ConnectionString);
            SqliteConnection.ClearPool(connection);
        }

        base.Dispose(disposing);
    }
}
