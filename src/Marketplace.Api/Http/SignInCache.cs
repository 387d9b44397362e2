using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Http;

/// <summary>
/// Remembers for two seconds at most what a grain said about a secret, so that a busy key costs no grain call per
/// request. Entries are by hash or token; a refusal is remembered too.
/// </summary>
internal sealed class SignInCache<TAnswer>(IOptions<ApiOptions> options, TimeProvider clock)
{
    private const int EntriesMax = 20_000;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The remembered answer, or what <paramref name="ask"/> says now.</summary>
    public async ValueTask<TAnswer> Get(string key, Func<Task<TAnswer>> ask)
    {
        var now = clock.GetTimestamp();
        var life = TimeSpan.FromMilliseconds(options.Value.SignInCacheMilliseconds);

        if (_entries.TryGetValue(key, out var entry) && clock.GetElapsedTime(entry.At, now) < life)
        {
            return entry.Answer;
        }

        var answer = await ask();

        if (_entries.Count >= EntriesMax)
        {
            _entries.Clear();
        }

        _entries[key] = new(answer, now);
        return answer;
    }

    /// <summary>Forgets every answer that fits, so that a change made through this host takes effect at once.</summary>
    public void Forget(Func<TAnswer, bool> fits)
    {
        foreach (var (key, entry) in _entries)
        {
            if (fits(entry.Answer))
            {
                _entries.TryRemove(key, out _);
            }
        }
    }

    private readonly record struct Entry(TAnswer Answer, long At);
}
