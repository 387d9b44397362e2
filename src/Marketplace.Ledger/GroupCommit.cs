using System.Collections.Concurrent;
using System.Data.Common;

namespace Marketplace.Ledger;

/// <summary>
/// Gathers entries that arrive while a transaction is under way into the next one, since one commit is one sync of the
/// disk whatever it holds. The first to arrive on an idle book goes at once. Every caller is answered after the commit.
/// </summary>
internal sealed class GroupCommit(LedgerDatabase database, TimeProvider clock) : IDisposable
{
    /// <summary>Callers that may wait; further ones wait for a place.</summary>
    public const int WaitingMax = 4_096;

    private readonly ConcurrentQueue<Ticket> _queue = new();
    private readonly SemaphoreSlim _places = new(WaitingMax);
    private readonly BookWriter _writer = new(database.Dialect, clock);
    private int _waiting;

    public void Dispose() => _places.Dispose();

    /// <summary>Writes an entry with whatever others arrive; cancelling ends the wait, not the entry.</summary>
    public async Task<PostOutcome> Post(PreparedEntry entry, CancellationToken cancel)
    {
        await _places.WaitAsync(cancel);

        var ticket = new Ticket(entry, cancel);
        _queue.Enqueue(ticket);

        if (Interlocked.Increment(ref _waiting) == 1)
        {
            _ = Task.Run(Drain, CancellationToken.None);
        }

        return await ticket.Answer.Task.WaitAsync(cancel);
    }

    private async Task Drain()
    {
        int left;

        do
        {
            var batch = new List<Ticket>();

            while (batch.Count < database.Dialect.BatchMax && _queue.TryDequeue(out var ticket))
            {
                batch.Add(ticket);
            }

            await Write([.. batch.Where(ticket => !ticket.IsCancelled())]);
            _places.Release(batch.Count);
            left = Interlocked.Add(ref _waiting, -batch.Count);
        }
        while (left > 0);
    }

    private async Task Write(IReadOnlyList<Ticket> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            PreparedEntry[] entries = [.. batch.Select(ticket => ticket.Entry)];
            var answers = await database.Write(
                (connection, transaction) => _writer.Apply(connection, transaction, entries, CancellationToken.None),
                CancellationToken.None);

            for (var at = 0; at < batch.Count; at++)
            {
                batch[at].Answer.TrySetResult(answers[at]);
            }
        }
        catch (DbException error) when (batch.Count > 1 && database.Dialect.IsRefusal(error))
        {
            // The data of one entry was refused and nothing was written: alone, each answers for itself.
            foreach (var ticket in batch)
            {
                await Write([ticket]);
            }
        }
        catch (Exception error)
        {
            foreach (var ticket in batch)
            {
                ticket.Answer.TrySetException(error);
            }
        }
    }

    private sealed record Ticket(PreparedEntry Entry, CancellationToken Cancel)
    {
        public TaskCompletionSource<PostOutcome> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsCancelled() => Cancel.IsCancellationRequested && Answer.TrySetCanceled(Cancel);
    }
}
