using System.Collections.Concurrent;

namespace Marketplace.Ledger;

/// <summary>
/// Gathers what callers ask while a round is under way into the next one, since a round trip, a commit and a sync of
/// the disk cost the same whatever they carry. The first to ask while nothing is under way goes at once. Every caller
/// is answered after the round it went in has ended, so what it is told was true after it asked.
/// </summary>
/// <param name="roundMax">Most asks of one round.</param>
/// <param name="run">One round: an answer for each ask, in their order.</param>
/// <param name="isForEach">
/// Whether a fault of a round came of one ask and left nothing done: then each is asked alone, and fails for itself.
/// </param>
internal sealed class Gathering<TAsk, TAnswer>(
    int roundMax,
    Func<IReadOnlyList<TAsk>, Task<IReadOnlyList<TAnswer>>> run,
    Func<Exception, bool> isForEach) : IDisposable
{
    /// <summary>Callers that may wait; further ones wait for a place.</summary>
    public const int WaitingMax = 4_096;

    private readonly ConcurrentQueue<Ticket> _queue = new();
    private readonly SemaphoreSlim _places = new(WaitingMax);
    private int _waiting;

    public void Dispose() => _places.Dispose();

    /// <summary>
    /// Asks with whatever others ask; cancelling ends the wait, and the ask too while its round has not begun.
    /// </summary>
    public async Task<TAnswer> Ask(TAsk ask, CancellationToken cancel)
    {
        await _places.WaitAsync(cancel);

        var ticket = new Ticket(ask, cancel);
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
            var round = new List<Ticket>();

            while (round.Count < roundMax && _queue.TryDequeue(out var ticket))
            {
                round.Add(ticket);
            }

            await Run([.. round.Where(ticket => !ticket.IsCancelled())]);
            _places.Release(round.Count);
            left = Interlocked.Add(ref _waiting, -round.Count);
        }
        while (left > 0);
    }

    private async Task Run(IReadOnlyList<Ticket> round)
    {
        if (round.Count == 0)
        {
            return;
        }

        try
        {
            var answers = await run([.. round.Select(ticket => ticket.Ask)]);

            for (var at = 0; at < round.Count; at++)
            {
                round[at].Answer.TrySetResult(answers[at]);
            }
        }
        catch (Exception fault) when (round.Count > 1 && isForEach(fault))
        {
            foreach (var ticket in round)
            {
                await Run([ticket]);
            }
        }
        catch (Exception fault)
        {
            foreach (var ticket in round)
            {
                ticket.Answer.TrySetException(fault);
            }
        }
    }

    private sealed record Ticket(TAsk Ask, CancellationToken Cancel)
    {
        public TaskCompletionSource<TAnswer> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsCancelled() => Cancel.IsCancellationRequested && Answer.TrySetCanceled(Cancel);
    }
}
