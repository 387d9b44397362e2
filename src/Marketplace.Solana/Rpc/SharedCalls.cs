using System.Collections.Concurrent;

namespace Marketplace.Solana.Rpc;

/// <summary>
/// Puts what many ask at the same time into one call. An ask goes with a call that begins after it, never with one that
/// is under way, so an answer is never older than its question. The first ask goes at once.
/// </summary>
/// <param name="itemsMax">Most items of one call; no single ask may have more.</param>
/// <param name="call">One call: an answer for each item, in their order.</param>
/// <param name="clock">Measures how long a call keeps the next one waiting.</param>
internal sealed class SharedCalls<TItem, TAnswer>(
    int itemsMax, Func<IReadOnlyList<TItem>, Task<AtSlot<IReadOnlyList<TAnswer>>>> call, TimeProvider clock)
{
    /// <summary>Calls that may be under way: more than one only while a node is slow.</summary>
    private const int CallsMax = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentQueue<Ticket> _queue = new();

    // Of the one drain that is at work.
    private readonly List<Task> _running = [];
    private int _waiting;

    /// <summary>Asks with whatever others ask; cancelling ends the wait alone.</summary>
    public async Task<AtSlot<IReadOnlyList<TAnswer>>> Ask(IReadOnlyList<TItem> items, CancellationToken cancel)
    {
        var ticket = new Ticket(items);
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
            while (_running.RemoveAll(call => call.IsCompleted) == 0 && _running.Count >= CallsMax)
            {
                await Task.WhenAny(_running);
            }

            var round = new List<Ticket>();
            var items = 0;

            while (_queue.TryPeek(out var next) && items + next.Items.Count <= itemsMax && _queue.TryDequeue(out _))
            {
                round.Add(next);
                items += next.Items.Count;
            }

            var running = Run(round);
            _running.Add(running);

            // A slow node may not hold up those who ask after: they get a call of their own.
            using (var early = new CancellationTokenSource())
            {
                await Task.WhenAny(running, Task.Delay(Patience, clock, early.Token));
                await early.CancelAsync();
            }

            left = Interlocked.Add(ref _waiting, -round.Count);
        }
        while (left > 0);
    }

    private async Task Run(List<Ticket> round)
    {
        try
        {
            var answer = await call([.. round.SelectMany(ticket => ticket.Items)]);
            var from = 0;

            foreach (var ticket in round)
            {
                ticket.Answer.TrySetResult(
                    new(answer.Slot, [.. answer.Value.Skip(from).Take(ticket.Items.Count)]));
                from += ticket.Items.Count;
            }
        }
        catch (Exception fault)
        {
            round.ForEach(ticket => ticket.Answer.TrySetException(fault));
        }
    }

    private sealed record Ticket(IReadOnlyList<TItem> Items)
    {
        public TaskCompletionSource<AtSlot<IReadOnlyList<TAnswer>>> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
