using System.Collections.Concurrent;
using Marketplace.Compute.Host;
using Marketplace.Compute.Loading;
using Marketplace.Grains.Verification;

namespace Marketplace.Host.Verification;

/// <summary>
/// Checks of one kind on this machine's processor: one at a time, a bounded number of them waiting, and a bounded
/// number for each owner, who is a provider or a renter. What they need, a model or a scene, stays loaded between them.
/// </summary>
/// <param name="options">Its limits.</param>
/// <param name="checks">What is checked, in the plural, for whoever reads a refusal.</param>
internal sealed class AuditQueue<T>(VerificationOptions options, string checks) : IDisposable
    where T : class, IDisposable
{
    private const int WaitingMax = 1_024;
    private const int LoadedMax = 2;

    private readonly KeptLoaded<T> _loaded = new(LoadedMax, shared: true);
    private readonly CpuQueue _queue = new(workers: 1, WaitingMax);
    private readonly ConcurrentDictionary<string, int> _waiting = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>What checks are computed with.</summary>
    public HostDevice Device { get; } = new(options.AuditThreads);

    /// <summary>Runs a check when it is its turn; disposing of the queue ends it, too.</summary>
    /// <exception cref="TimeoutException">Too many wait already, of this owner or in all.</exception>
    public async Task<TOutcome> Run<TOutcome>(
        string owner, Func<CancellationToken, Task<TOutcome>> check, CancellationToken cancel)
    {
        // One owner, such as a provider that rents from itself, must not hold up the checks of all others.
        if (_waiting.AddOrUpdate(owner, 1, static (_, count) => count + 1) > options.WaitingPerProvider)
        {
            Leave(owner);
            throw new TimeoutException($"{options.WaitingPerProvider} {checks} of {owner} wait already.");
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _stop.Token);
            var ends = either.Token;

            return await _queue.Run(
                async () =>
                {
                    // What waited too long is decided without it.
                    ends.ThrowIfCancellationRequested();
                    return await check(ends);
                },
                ends);
        }
        finally
        {
            Leave(owner);
        }
    }

    /// <summary>Lends the model or scene of this key, loaded where it is not.</summary>
    public Task<KeptLoaded<T>.Loan> Borrow(
        string key, Func<CancellationToken, Task<T>> load, CancellationToken cancel) =>
        _loaded.Borrow(key, load, cancel);

    public void Dispose()
    {
        _stop.Cancel();
        _queue.Dispose();
        _loaded.Dispose();
        Device.Dispose();
        _stop.Dispose();
    }

    private void Leave(string owner)
    {
        if (_waiting.AddOrUpdate(owner, 0, static (_, count) => count - 1) == 0)
        {
            _waiting.TryRemove(new(owner, 0));
        }
    }
}
