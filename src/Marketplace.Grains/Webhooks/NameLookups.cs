using System.Net;

namespace Marketplace.Grains.Webhooks;

/// <summary>
/// Looks receivers' names up, a few side by side: a lookup holds a thread, and with it its place, until the system
/// gives up, however long anybody waits for it. Who asks for a name that is being looked up waits for that answer, and
/// an account whose names never answer waits for its own places, not for everybody's.
/// </summary>
/// <param name="resolve">Asks the system.</param>
/// <param name="clock">Bounds the wait for a place.</param>
internal sealed class NameLookups(Func<string, Task<IPAddress[]>> resolve, TimeProvider clock) : IDisposable
{
    /// <summary>Names that are looked up side by side.</summary>
    public const int SideBySideMax = 16;

    /// <summary>Names of one account that are looked up side by side.</summary>
    public const int PerOwnerMax = 2;

    /// <summary>How long a place is waited for.</summary>
    public static readonly TimeSpan PlaceWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _places = new(SideBySideMax);
    private readonly Dictionary<string, Task<IPAddress[]>> _pending = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, OwnPlaces> _owners = new(StringComparer.Ordinal);

    /// <summary>The addresses that a name stands for.</summary>
    /// <param name="owner">Whose webhook it is of.</param>
    /// <param name="host">The name.</param>
    /// <param name="cancel">Ends the wait, not the lookup.</param>
    /// <exception cref="LookupsBusyException">No place came free in time: nothing is known about the name.</exception>
    public async Task<IPAddress[]> Find(string owner, string host, CancellationToken cancel)
    {
        if (Pending(host) is { } known)
        {
            return await known.WaitAsync(cancel);
        }

        var own = Enter(owner);
        var (hasOwn, hasPlace) = (false, false);

        try
        {
            using var late = new CancellationTokenSource(PlaceWait, clock);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);

            try
            {
                await own.Places.WaitAsync(ends.Token);
                hasOwn = true;
                await _places.WaitAsync(ends.Token);
                hasPlace = true;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new LookupsBusyException();
            }

            Task<IPAddress[]> lookup;

            lock (_lock)
            {
                // Another may have begun it while this one waited.
                if (!_pending.TryGetValue(host, out lookup!))
                {
                    lookup = Begin(host);
                    _pending.Add(host, lookup);
                    _ = LeaveWhenDone(lookup, host, owner, own);
                    (hasOwn, hasPlace, own) = (false, false, null);
                }
            }

            return await lookup.WaitAsync(cancel);
        }
        finally
        {
            if (own is not null)
            {
                Leave(owner, own, hasOwn, hasPlace);
            }
        }
    }

    public void Dispose() => _places.Dispose();

    /// <summary>Whatever is thrown is the lookup's outcome.</summary>
    private async Task<IPAddress[]> Begin(string host) => await resolve(host);

    private Task<IPAddress[]>? Pending(string host)
    {
        lock (_lock)
        {
            return _pending.GetValueOrDefault(host);
        }
    }

    private OwnPlaces Enter(string owner)
    {
        lock (_lock)
        {
            if (!_owners.TryGetValue(owner, out var own))
            {
                _owners.Add(owner, own = new());
            }

            own.Users++;
            return own;
        }
    }

    private async Task LeaveWhenDone(Task<IPAddress[]> lookup, string host, string owner, OwnPlaces own)
    {
        await ((Task)lookup).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);

        lock (_lock)
        {
            _pending.Remove(host);
        }

        Leave(owner, own, hasOwn: true, hasPlace: true);
    }

    private void Leave(string owner, OwnPlaces own, bool hasOwn, bool hasPlace)
    {
        lock (_lock)
        {
            if (hasPlace)
            {
                _places.Release();
            }

            if (hasOwn)
            {
                own.Places.Release();
            }

            if (--own.Users == 0)
            {
                _owners.Remove(owner);
                own.Places.Dispose();
            }
        }
    }

    private sealed class OwnPlaces
    {
        public SemaphoreSlim Places { get; } = new(PerOwnerMax);

        /// <summary>Who waits here or looks up; the last one takes it away.</summary>
        public int Users { get; set; }
    }
}
