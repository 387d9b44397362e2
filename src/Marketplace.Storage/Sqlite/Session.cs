using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// An open connection that is used again and again, with the statements prepared on it: to compile one costs several
/// times what running it does. One user at a time.
/// </summary>
internal sealed class Session : SqliteConnection
{
    /// <summary>Texts kept prepared; one more, and all are prepared anew.</summary>
    public const int PreparedMax = 128;

    /// <summary>
    /// Pages in the log after which it is copied into the file. Most are pages that change with every commit, and of
    /// each only the last is copied: the longer the log, the fewer.
    /// </summary>
    public const int LogPagesMax = 4_000;

    // What a statement may have to take back is kept in memory: by default each transaction would make a file for it.
    private static readonly string Settings = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        PRAGMA busy_timeout = {(int)SqliteDataSource.BusyWaitMax.TotalMilliseconds};
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA wal_autocheckpoint = {LogPagesMax};
        """);

    private readonly Dictionary<string, PreparedText> _prepared = new(StringComparer.Ordinal);
    private int _running;

    private Session(string connectionString)
        : base(connectionString)
    {
    }

    /// <summary>Called once when the transaction under way has ended, whichever way.</summary>
    public Action? TransactionEnded { get; set; }

    /// <summary>Whether a transaction is under way, begun by whatever words.</summary>
    public bool IsInTransaction => SQLitePCL.raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>Whether the next user would find it as if it were new.</summary>
    public bool IsClean => _running == 0 && Transaction is null && !IsInTransaction;

    protected override SqliteTransaction? Transaction
    {
        get => base.Transaction;
        set
        {
            base.Transaction = value;

            if (value is null)
            {
                var ended = TransactionEnded;
                TransactionEnded = null;
                ended?.Invoke();
            }
        }
    }

    public static Session Open(string connectionString, Action<Action<string>> prepareFile)
    {
        var session = new Session(connectionString);

        try
        {
            session.Open();
            prepareFile(session.Run);
            session.Run(Settings);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs a text once, without keeping it prepared.</summary>
    public void Run(string text)
    {
        using var command = new SqliteCommand(text, this, Transaction);
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a text without values that is run again and again.</summary>
    public void Run(PreparedText text)
    {
        using var reader = Read(text, [], DefaultTimeout);
    }

    /// <summary>What is known of a text; it is compiled when it is first run.</summary>
    public PreparedText Text(string text)
    {
        if (_prepared.TryGetValue(text, out var known))
        {
            return known;
        }

        if (_prepared.Count >= PreparedMax && _running == 0)
        {
            Forget();
        }

        var news = new PreparedText(text);

        if (_prepared.Count < PreparedMax)
        {
            _prepared.Add(text, news);
        }

        return news;
    }

    /// <summary>
    /// Runs a text with these values; the answer must be closed before the session goes to somebody else.
    /// </summary>
    public SessionReader Read(PreparedText text, IEnumerable<SqliteParameter> values, int timeoutSeconds)
    {
        var command = text.Take(this);
        _running++;

        try
        {
            PreparedText.Bind(command, values);
            command.Transaction = Transaction;
            command.CommandTimeout = timeoutSeconds;
            return new SessionReader(command.ExecuteReader(), () => GiveBack(text, command));
        }
        catch
        {
            GiveBack(text, command);
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Forget();
        }

        base.Dispose(disposing);
    }

    private void GiveBack(PreparedText text, SqliteCommand command)
    {
        _running--;
        text.GiveBack(command);
    }

    private void Forget()
    {
        foreach (var text in _prepared.Values)
        {
            text.Dispose();
        }

        _prepared.Clear();
    }
}
