using System.Data.Common;

namespace Marketplace.Ledger.Sql;

/// <summary>The few places where the two engines want other words. Every statement is otherwise written once.</summary>
internal abstract class SqlDialect
{
    /// <summary>Most entries that one transaction takes; see <see cref="Gathering{TAsk, TAnswer}"/>.</summary>
    public abstract int BatchMax { get; }

    /// <summary>Whether transactions that write take turns anyway, so that several may as well be one.</summary>
    public abstract bool HasOneWriter { get; }

    /// <summary>
    /// Goes before the first statement of a transaction that looks up a few rows by key in tables of any size.
    /// </summary>
    public abstract string ByKey { get; }

    /// <summary>Ends a SELECT whose rows the transaction is going to change.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>Waits until no journal is being written and lets none begin; null where there is one writer.</summary>
    public abstract string? LockJournals { get; }

    /// <summary>
    /// Makes transactions that sign wait for each other until they commit; null where writers take turns anyway.
    /// </summary>
    public abstract string? SerializeSigning { get; }

    /// <summary>A FROM item named <c>r</c> with the rows of a JSON array parameter.</summary>
    /// <param name="parameter">With its at-sign.</param>
    /// <param name="columns">Such as <c>seq bigint</c> or <c>key text</c>.</param>
    public abstract string Rows(string parameter, params ReadOnlySpan<string> columns);

    /// <summary>The bytes of a hexadecimal text.</summary>
    public abstract string Bytes(string hex);

    /// <summary>Whether a column is among the values of a parameter that Dapper binds from an array.</summary>
    public abstract string In(string column, string parameter);

    /// <summary>Whether a column is among the texts of a JSON array parameter; the words are the same for any number.
    /// </summary>
    public abstract string Among(string column, string parameter);

    /// <summary>Worth trying the whole transaction again: nothing of it was written.</summary>
    public abstract bool IsRetryable(DbException error);

    /// <summary>The data of the statement was refused, which asking again cannot change.</summary>
    public abstract bool IsRefusal(DbException error);

    /// <summary>
    /// Begins a transaction on each of several connections that all see the same state of the database and write
    /// nothing.
    /// </summary>
    public abstract Task BeginSnapshots(
        DbDataSource source, IReadOnlyList<DbConnection> connections, CancellationToken cancel);

    /// <summary>Runs one statement as it stands.</summary>
    protected static async Task Execute(DbConnection connection, string text, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync(cancel);
    }
}
