namespace Marketplace.Host;

/// <summary>
/// Lets a few pieces of heavy work run side by side and a bounded number wait. Work leaves the caller's scheduler: a
/// grain that awaits it blocks nothing.
/// </summary>
internal sealed class CpuQueue(int workers, int waitingMax) : IDisposable
{
    private readonly SemaphoreSlim _free = new(workers, workers);
    private int _waiting;

    /// <exception cref="TimeoutException">Too much work waits already; the caller may try again later.</exception>
    public async Task<T> Run<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _waiting) > waitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            throw new TimeoutException($"{waitingMax} pieces of work wait already.");
        }

        try
        {
            await _free.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await Task.Run(work, cancel);
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose() => _free.Dispose();

    private void Leave()
    {
        try
        {
            _free.Release();
        }
        catch (ObjectDisposedException)
        {
            // The queue has ended while this ran: nobody waits for its place.
        }
    }
}
