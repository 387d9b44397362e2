namespace Marketplace.Compute.Loading;

/// <summary>
/// Things that are dear to load, such as a model or a scene on a device: a few stay loaded between jobs, lent to one
/// borrower at a time or, when <paramref name="shared"/>, to several. Loading another one first unloads the one that
/// was idle longest.
/// </summary>
public sealed class KeptLoaded<T>(int max, bool shared) : IDisposable
    where T : class, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _clock;
    private bool _ended;

    /// <summary>Lends the thing of this key; the caller disposes of the loan, and not of the thing.</summary>
    /// <exception cref="ObjectDisposedException">Nothing is lent any more.</exception>
    public async Task<Loan> Borrow(string key, Func<CancellationToken, Task<T>> load, CancellationToken cancel)
    {
        var (entry, surplus) = Enter(key);

        foreach (var unloaded in surplus)
        {
            unloaded.Dispose();
        }

        try
        {
            await entry.One.WaitAsync(cancel);
        }
        catch
        {
            Leave(key, entry);
            throw;
        }

        try
        {
            entry.Thing ??= await load(cancel);
        }
        catch
        {
            entry.One.Release();
            Leave(key, entry);
            throw;
        }

        if (shared)
        {
            entry.One.Release();
        }

        return new Loan(entry.Thing, () =>
        {
            if (!shared)
            {
                entry.One.Release();
            }

            Leave(key, entry);
        });
    }

    /// <summary>Keys of the things that are loaded now.</summary>
    public IReadOnlyList<string> Loaded
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Where(pair => pair.Value.Thing is not null).Select(pair => pair.Key)];
            }
        }
    }

    /// <summary>Unloads a thing that nobody uses; harmless for one that is in use or not there.</summary>
    public void Unload(string key)
    {
        T? thing = null;

        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry) && entry.Users == 0)
            {
                _entries.Remove(key);
                thing = entry.Thing;
            }
        }

        thing?.Dispose();
    }

    /// <summary>
    /// Unloads what nobody uses and lends nothing more. What is lent is unloaded with its last loan: it may be native
    /// memory in the midst of a computation.
    /// </summary>
    public void Dispose()
    {
        Entry[] idle;

        lock (_gate)
        {
            _ended = true;
            idle = [.. _entries.Values.Where(entry => entry.Users == 0)];
            _entries.Clear();
        }

        foreach (var entry in idle)
        {
            entry.Thing?.Dispose();
        }
    }

    private (Entry Entry, List<T> Surplus) Enter(string key)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, this);

            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries[key] = entry = new Entry();
            }

            entry.Users++;
            entry.UsedAt = ++_clock;
            var surplus = new List<T>();

            foreach (var (idleKey, idle) in _entries.Where(pair => pair.Value.Users == 0).OrderBy(
                pair => pair.Value.UsedAt))
            {
                if (_entries.Count <= max)
                {
                    break;
                }

                _entries.Remove(idleKey);

                if (idle.Thing is not null)
                {
                    surplus.Add(idle.Thing);
                }
            }

            return (entry, surplus);
        }
    }

    private void Leave(string key, Entry entry)
    {
        T? last = null;

        lock (_gate)
        {
            entry.Users--;
            entry.UsedAt = ++_clock;

            if (_ended)
            {
                last = entry.Users == 0 ? entry.Thing : null;
            }
            else if (entry is { Users: 0, Thing: null })
            {
                _entries.Remove(key);
            }
        }

        last?.Dispose();
    }

    /// <summary>A thing lent until this is disposed of.</summary>
    public sealed class Loan(T thing, Action giveBack) : IDisposable
    {
        private Action? _giveBack = giveBack;

        public T Thing { get; } = thing;

        public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
    }

    private sealed class Entry
    {
        public SemaphoreSlim One { get; } = new(1, 1);

        public T? Thing { get; set; }

        public int Users { get; set; }

        public long UsedAt { get; set; }
    }
}
