using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// A connection that a provider written for SQLite accepts. While it holds a pass of the gate, a transaction is under
/// way and its commands need none of their own.
/// </summary>
internal sealed class GatedConnection(SqliteDataSource source) : SqliteConnection(source.ConnectionString)
{
    private static readonly string Settings = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        PRAGMA busy_timeout = {(int)SqliteDataSource.BusyWaitMax.TotalMilliseconds};
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        """);

    private WriterGate.Pass? _pass;
    private bool _hasPlace;

    public WriterGate Gate => source.Gate;

    public bool IsInTransaction => _pass is not null;

    /// <summary>
    /// SQLite's transaction tells its connection of its end, whichever way it ends: the turn goes with it.
    /// </summary>
    protected override SqliteTransaction? Transaction
    {
        get => base.Transaction;
        set
        {
            base.Transaction = value;

            if (value is null)
            {
                GivePassBack();
            }
        }
    }

    public override void Open()
    {
        if (State == ConnectionState.Open)
        {
            return;
        }

        source.TakePlace();
        OpenInPlace();
    }

    public override async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (State == ConnectionState.Open)
        {
            return;
        }

        await source.TakePlaceAsync(cancellationToken);
        await Task.Run(OpenInPlace, CancellationToken.None);
    }

    public override void Close()
    {
        base.Close();
        GivePassBack();
        GivePlaceBack();
    }

    public override SqliteCommand CreateCommand() =>
        new GatedCommand { Connection = this, CommandTimeout = DefaultTimeout, Transaction = Transaction };

    /// <inheritdoc/>
    /// <remarks>
    /// Always immediate: a reader that turned writer could find that it had read what is no longer so.
    /// </remarks>
    public override SqliteTransaction BeginTransaction(IsolationLevel isolationLevel)
    {
        RefuseNested();
        var pass = Gate.Enter(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return BeginWith(pass, isolationLevel);
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        new OffThreadTransaction(this, BeginTransaction(isolationLevel));

    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(
        IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        RefuseNested();
        var pass = await Gate.Enter(cancellationToken);
        var transaction = await Task.Run(() => BeginWith(pass, isolationLevel), CancellationToken.None);

        return new OffThreadTransaction(this, transaction);
    }

    private SqliteTransaction BeginWith(WriterGate.Pass pass, IsolationLevel isolationLevel)
    {
        // First, since SQLite's transaction runs commands of its own while it is made.
        _pass = pass;

        try
        {
            return BeginTransaction(isolationLevel, deferred: false);
        }
        catch
        {
            GivePassBack();
            throw;
        }
    }

    private void RefuseNested()
    {
        if (IsInTransaction)
        {
            throw new InvalidOperationException(
                "A transaction is under way on this connection; SQLite has one at a time.");
        }
    }

    private void OpenInPlace()
    {
        _hasPlace = true;

        try
        {
            base.Open();
            source.EnsureLog(Run);
            Run(Settings);
        }
        catch
        {
            Close();
            throw;
        }
    }

    private void Run(string text)
    {
        using var command = new SqliteCommand(text, this);
        command.ExecuteNonQuery();
    }

    private void GivePassBack() => Interlocked.Exchange(ref _pass, null)?.Dispose();

    private void GivePlaceBack()
    {
        if (Interlocked.Exchange(ref _hasPlace, false))
        {
            source.GivePlaceBack();
        }
    }
}
