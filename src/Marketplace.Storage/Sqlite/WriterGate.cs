namespace Marketplace.Storage.Sqlite;

/// <summary>
/// Lets one writer of a SQLite file through at a time, in the order of arrival. SQLite's own lock makes the others
/// sleep and try again, which is neither fair nor kind to the thread they sleep on.
/// </summary>
internal sealed class WriterGate
{
    /// <summary>Writers that may wait; one more is refused with an exception, as by a store that is down.</summary>
    public const int WaitersMax = 65_536;

    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource<Pass>> _waiters = [];
    private bool _taken;

    /// <summary>
    /// Waits for the turn; dispose the pass to let the next one in. Cancelling gives the place in line up.
    /// </summary>
    public async ValueTask<Pass> Enter(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var waiter = new TaskCompletionSource<Pass>(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<TaskCompletionSource<Pass>> place;

        lock (_lock)
        {
            if (!_taken)
            {
                _taken = true;
                return new Pass(this);
            }

            if (_waiters.Count >= WaitersMax)
            {
                throw new InvalidOperationException($"More than {WaitersMax} writers wait for one SQLite file.");
            }

            place = _waiters.AddLast(waiter);
        }

        await using var registration = cancel.Register(() => GiveUp(place, cancel));
        return await waiter.Task;
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource<Pass>> place, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (place.List is null)
            {
                return;
            }

            _waiters.Remove(place);
        }

        place.Value.TrySetCanceled(cancel);
    }

    private void Leave()
    {
        TaskCompletionSource<Pass> next;

        lock (_lock)
        {
            if (_waiters.First is not { } first)
            {
                _taken = false;
                return;
            }

            _waiters.Remove(first);
            next = first.Value;
        }

        next.SetResult(new Pass(this));
    }

    /// <summary>The right to write, until disposed. Disposing twice is harmless.</summary>
    internal sealed class Pass(WriterGate gate) : IDisposable
    {
        private WriterGate? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Leave();
    }
}
