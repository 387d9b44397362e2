using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// One SQLite file for Orleans' providers and for the books. Its commands run off the caller's thread and its writers
/// take turns; a transaction holds its turn from begin (as BEGIN IMMEDIATE) to its end, and single statements that come
/// together share a commit. Foreign keys are on, every commit is synced, the journal is a write-ahead log.
/// </summary>
public sealed class SqliteDataSource : DbDataSource
{
    /// <summary>Connections open at once; further ones wait. Each may keep its own cache of pages.</summary>
    public const int ConnectionsMax = 64;

    /// <summary>Most memory for pages of the session that writes.</summary>
    public const int WriterCacheKib = 32 * 1024;

    /// <summary>Wait for a place among <see cref="ConnectionsMax"/>, after which opening fails.</summary>
    public static readonly TimeSpan OpenWaitMax = TimeSpan.FromSeconds(30);

    /// <summary>How long SQLite itself waits for a writer of another process.</summary>
    public static readonly TimeSpan BusyWaitMax = TimeSpan.FromSeconds(5);

    private static readonly string WriterSettings =
        string.Create(CultureInfo.InvariantCulture, $"PRAGMA cache_size = -{WriterCacheKib}");

    private readonly SemaphoreSlim _places = new(ConnectionsMax);
    private readonly ConcurrentBag<Session> _idle = [];
    private readonly Lock _first = new();
    private Session? _writer;
    private bool _isLogged;
    private volatile bool _disposed;

    /// <param name="path">The file; it is made when missing, its folder is not.</param>
    public SqliteDataSource(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        ConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = SqliteOpenMode.ReadWriteCreate,

            // Sessions are kept here, with what is prepared on them.
            Pooling = false,
        }.ToString();
        Writes = new(this);
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    public override string ConnectionString { get; }

    internal WriterGate Gate { get; } = new();

    internal GroupedWrites Writes { get; }

    internal Session TakeSession() =>
        _places.Wait(OpenWaitMax) ? TakeInPlace() : throw NoPlace();

    internal async Task<Session> TakeSessionAsync(CancellationToken cancel)
    {
        if (!await _places.WaitAsync(OpenWaitMax, cancel))
        {
            throw NoPlace();
        }

        return _idle.TryTake(out var kept) ? kept : await OffThread.Run(TakeInPlace);
    }

    /// <summary>Keeps the session for the next user, or ends it where that would find traces of this one.</summary>
    internal void GiveBack(Session session)
    {
        try
        {
            if (!_disposed && session.IsClean)
            {
                _idle.Add(session);
            }
            else
            {
                session.Dispose();
            }
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>
    /// The one session that writes, for whoever has the writer's turn. Pages that a session has in its cache are read
    /// again when another one has written.
    /// </summary>
    internal Session TakeWriter()
    {
        if (Interlocked.Exchange(ref _writer, null) is { } kept)
        {
            return kept;
        }

        var writer = NewSession();
        writer.Run(WriterSettings);
        return writer;
    }

    /// <summary>Before the turn ends. A session that has traces of this user is not used again.</summary>
    internal void GiveBackWriter(Session writer)
    {
        if (_disposed || !writer.IsClean || Interlocked.CompareExchange(ref _writer, writer, null) is not null)
        {
            writer.Dispose();
        }
    }

    protected override DbConnection CreateDbConnection() => new GatedConnection(this);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            Interlocked.Exchange(ref _writer, null)?.Dispose();

            while (_idle.TryTake(out var session))
            {
                session.Dispose();
            }
        }

        base.Dispose(disposing);
    }

    private Session NewSession() => Session.Open(ConnectionString, EnsureLog);

    private Session TakeInPlace()
    {
        try
        {
            return _idle.TryTake(out var kept) ? kept : NewSession();
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    /// <summary>Turns the write-ahead log on, which the file then remembers. Once per data source.</summary>
    private void EnsureLog(Action<string> run)
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

    private TimeoutException NoPlace() => new(
        $"No place among {ConnectionsMax} connections to '{Path}' came free within {OpenWaitMax.TotalSeconds} s.");
}
