namespace Marketplace.StripeSim;

/// <summary>
/// What Stripe does with idempotency keys: the same request gets the same answer (an error 500 too), another request
/// under the key is refused, and so is one that comes while the first runs. Keys are forgotten after a day.
/// </summary>
public sealed class IdempotencyKeys(TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The remembered answer, or null when the caller must make it and <see cref="Keep"/> it.</summary>
    public SimReply? Begin(string key, string request)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry) || clock.GetUtcNow() - entry.At >= Life)
            {
                _entries[key] = new(request, null, clock.GetUtcNow());
                return null;
            }

            if (entry.Request != request)
            {
                throw new SimException(
                    400, "idempotency_error", null, $"Keys can only be used with the same parameters: '{key}'.");
            }

            return entry.Reply ?? throw new SimException(
                409, "idempotency_error", "idempotency_key_in_use", $"Another request runs under '{key}'.");
        }
    }

    public void Keep(string key, SimReply reply)
    {
        lock (_gate)
        {
            _entries[key] = _entries[key] with { Reply = reply };
        }
    }

    /// <summary>Nothing was begun: the key is free again.</summary>
    public void Forget(string key)
    {
        lock (_gate)
        {
            _entries.Remove(key);
        }
    }

    private sealed record Entry(string Request, SimReply? Reply, DateTimeOffset At);
}
