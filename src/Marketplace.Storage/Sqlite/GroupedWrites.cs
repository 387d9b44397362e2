using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// Statements that arrive while a commit is under way go together into the next one: one commit is one sync of the disk
/// whatever it holds. Each is answered after the commit. One that fails takes nothing of the others with it.
/// </summary>
internal sealed class GroupedWrites(SqliteDataSource source)
{
    /// <summary>Statements of one commit.</summary>
    public const int BatchMax = 256;

    /// <summary>Statements that may wait; one more is refused with an exception, as by a store that is down.</summary>
    public const int WaitingMax = 65_536;

    /// <summary>How long one statement may take, in seconds.</summary>
    private const int StatementSecondsMax = 30;

    private readonly ConcurrentQueue<Write> _queue = new();
    private int _waiting;

    /// <summary>Runs a statement in a commit shared with others; cancelling gives up only what has not begun.</summary>
    public async Task<DbDataReader> Run(
        string text, IEnumerable<SqliteParameter> values, CancellationToken cancel)
    {
        var write = new Write(text, [.. values], cancel);
        var ahead = Interlocked.Increment(ref _waiting);

        if (ahead > WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            throw new InvalidOperationException($"More than {WaitingMax} writes wait for one SQLite file.");
        }

        _queue.Enqueue(write);

        if (ahead == 1)
        {
            _ = Task.Run(Drain, CancellationToken.None);
        }

        return await write.Answer.Task;
    }

    private async Task Drain()
    {
        int left;

        do
        {
            IReadOnlyList<Write> batch;

            try
            {
                // The turn first: whoever comes while it is waited for goes along.
                using var pass = await source.Gate.Enter(CancellationToken.None);
                batch = Next();
                Commit([.. batch.Where(write => !write.IsCancelled())]);
            }
            catch (InvalidOperationException full)
            {
                // No turn to be had: nobody else would ever answer those that wait.
                batch = Next();
                Refuse(batch, full);
            }

            left = Interlocked.Add(ref _waiting, -batch.Count);
        }
        while (left > 0);
    }

    private List<Write> Next()
    {
        var batch = new List<Write>();

        while (batch.Count < BatchMax && _queue.TryDequeue(out var write))
        {
            batch.Add(write);
        }

        return batch;
    }

    private void Commit(IReadOnlyList<Write> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        Session? session = null;

        try
        {
            session = source.TakeWriter();
            session.Run(session.Text("BEGIN IMMEDIATE"));

            foreach (var write in batch)
            {
                write.Run(session, StatementSecondsMax);
            }

            session.Run(session.Text("COMMIT"));
            source.GiveBackWriter(session);
        }
        catch (Exception fault)
        {
            Leave(session);
            Refuse(batch, fault);
            return;
        }

        foreach (var write in batch)
        {
            write.Tell();
        }
    }

    private static void Refuse(IReadOnlyList<Write> batch, Exception fault)
    {
        foreach (var write in batch)
        {
            write.Answer.TrySetException(fault);
        }
    }

    /// <summary>Nothing of the batch was kept; the next one begins on a fresh session.</summary>
    private static void Leave(Session? session)
    {
        try
        {
            session?.Dispose();
        }
        catch (SqliteException)
        {
            // It was broken already, and the fault that led here is the one to tell.
        }
    }

    private sealed class Write(string text, SqliteParameter[] values, CancellationToken cancel)
    {
        private BufferedRows? _rows;
        private Exception? _fault;

        public TaskCompletionSource<DbDataReader> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsCancelled() => cancel.IsCancellationRequested && Answer.TrySetCanceled(cancel);

        /// <summary>Runs it; a fault that ended the whole transaction is thrown, any other is its answer.</summary>
        public void Run(Session session, int secondsMax)
        {
            try
            {
                using var reader = session.Read(session.Text(text), values, secondsMax);
                _rows = BufferedRows.From(reader);
            }
            catch (Exception fault) when (session.IsInTransaction)
            {
                _fault = fault;
            }
        }

        public void Tell()
        {
            if (_fault is null)
            {
                Answer.TrySetResult(_rows!);
            }
            else
            {
                Answer.TrySetException(_fault);
            }
        }
    }
}
