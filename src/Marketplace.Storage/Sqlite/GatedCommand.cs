using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// A command that runs off the caller's thread. Outside a transaction, one statement that changes rows goes with those
/// of others into one commit, see <see cref="GroupedWrites"/>; anything else that may write waits for its turn and
/// keeps it until its reader is closed, since SQLite keeps its lock as long.
/// </summary>
internal sealed class GatedCommand : SqliteCommand
{
    [AllowNull]
    protected override DbTransaction? DbTransaction
    {
        get => base.DbTransaction;
        set => base.DbTransaction = value is OffThreadTransaction outer ? outer.Inner : value;
    }

    private GatedConnection Gated => Connection as GatedConnection
        ?? throw new InvalidOperationException("The command has no connection to the SQLite file.");

    private IEnumerable<SqliteParameter> Values => Parameters.Cast<SqliteParameter>();

    public override int ExecuteNonQuery() => ExecuteNonQueryAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        await using var reader = await ExecuteDbDataReaderAsync(CommandBehavior.Default, cancellationToken);

        // To the end: what later statements do, and whether they fail, shows only when their results are reached.
        while (await reader.NextResultAsync(cancellationToken))
        {
        }

        await reader.CloseAsync();
        return reader.RecordsAffected;
    }

    public override object? ExecuteScalar() => ExecuteScalarAsync(CancellationToken.None).GetAwaiter().GetResult();

    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        await using var reader = await ExecuteDbDataReaderAsync(CommandBehavior.Default, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetValue(0) : null;
    }

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) =>
        ExecuteDbDataReaderAsync(behavior, CancellationToken.None).GetAwaiter().GetResult();

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(
        CommandBehavior behavior, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (gated, session) = (Gated, Gated.Session);
        var text = session.Text(CommandText);

        if (gated.IsInTransaction || !text.MayWrite)
        {
            return await OffThread.Run(() => session.Read(text, Values, CommandTimeout));
        }

        if (text.IsOneChange)
        {
            return await gated.Source.Writes.Run(CommandText, Values, cancellationToken);
        }

        var pass = await gated.Source.Gate.Enter(cancellationToken);
        return await OffThread.Run(() => ReadWith(pass, session, text));
    }

    private SessionReader ReadWith(WriterGate.Pass pass, Session session, PreparedText text)
    {
        try
        {
            var reader = session.Read(text, Values, CommandTimeout);
            reader.Pass = pass;
            return reader;
        }
        catch
        {
            pass.Dispose();
            throw;
        }
    }
}
