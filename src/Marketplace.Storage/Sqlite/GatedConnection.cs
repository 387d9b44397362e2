using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// A connection that a provider written for SQLite accepts. It borrows a <see cref="Session"/> while it is open. While
/// it holds a pass of the gate, a transaction is under way and its commands need none of their own.
/// </summary>
internal sealed class GatedConnection(SqliteDataSource source) : SqliteConnection(source.ConnectionString)
{
    private Session? _session;
    private Session? _writer;
    private WriterGate.Pass? _pass;

    public override ConnectionState State => _session is null ? ConnectionState.Closed : ConnectionState.Open;

    public SqliteDataSource Source => source;

    public bool IsInTransaction => _pass is not null;

    /// <exception cref="InvalidOperationException">The connection is not open.</exception>
    public Session Session => _writer ?? _session
        ?? throw new InvalidOperationException("A command needs an open connection to the SQLite file.");

    public override void Open() => _session ??= source.TakeSession();

    public override async Task OpenAsync(CancellationToken cancellationToken) =>
        _session ??= await source.TakeSessionAsync(cancellationToken);

    public override void Close()
    {
        if (Interlocked.Exchange(ref _session, null) is { } session)
        {
            source.GiveBack(session);
        }

        GivePassBack();
    }

    public override SqliteCommand CreateCommand() =>
        new GatedCommand { Connection = this, CommandTimeout = DefaultTimeout };

    /// <inheritdoc/>
    /// <remarks>
    /// Always immediate: a reader that turned writer could find that it had read what is no longer so.
    /// </remarks>
    public override SqliteTransaction BeginTransaction(IsolationLevel isolationLevel)
    {
        RefuseNested();
        var pass = source.Gate.Enter(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return BeginWith(pass, isolationLevel);
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        new OffThreadTransaction(this, BeginTransaction(isolationLevel));

    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(
        IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        RefuseNested();
        var pass = await source.Gate.Enter(cancellationToken);
        var transaction = await OffThread.Run(() => BeginWith(pass, isolationLevel));

        return new OffThreadTransaction(this, transaction);
    }

    private SqliteTransaction BeginWith(WriterGate.Pass pass, IsolationLevel isolationLevel)
    {
        _pass = pass;

        try
        {
            var session = _writer = OpenWriter();
            var transaction = session.BeginTransaction(isolationLevel, deferred: false);

            // However the transaction ends, it tells its session: the turn goes with it.
            session.TransactionEnded = GivePassBack;
            return transaction;
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

    private Session OpenWriter() => _session is null ? Session : source.TakeWriter();

    private void GivePassBack()
    {
        if (Interlocked.Exchange(ref _writer, null) is { } writer)
        {
            source.GiveBackWriter(writer);
        }

        Interlocked.Exchange(ref _pass, null)?.Dispose();
    }
}
