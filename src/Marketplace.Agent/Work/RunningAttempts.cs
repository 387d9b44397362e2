using System.Collections.Concurrent;

namespace Marketplace.Agent.Work;

/// <summary>The attempts this rig works on.</summary>
internal sealed class RunningAttempts
{
    private readonly ConcurrentDictionary<string, RunningAttempt> _running = new(StringComparer.Ordinal);

    public int Count => _running.Count;

    public string[] Ids => [.. _running.Keys];

    /// <summary>What they are attempts at.</summary>
    public string[] Works => [.. _running.Values.Select(attempt => attempt.Order.Work)];

    /// <summary>False when the attempt runs already: the market repeated itself.</summary>
    public bool TryAdd(RunningAttempt attempt) => _running.TryAdd(attempt.Order.Attempt, attempt);

    public void Remove(RunningAttempt attempt) => _running.TryRemove(attempt.Order.Attempt, out _);

    /// <summary>Harmless for an attempt that is not running.</summary>
    public bool GiveUp(string attempt)
    {
        if (!_running.TryGetValue(attempt, out var running))
        {
            return false;
        }

        running.GiveUp();

        return true;
    }
}
