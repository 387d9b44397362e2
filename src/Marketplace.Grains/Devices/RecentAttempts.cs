using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Devices;

/// <summary>Attempts remembered for a while, all for the same time; beyond the limit the oldest is forgotten.</summary>
internal sealed class RecentAttempts(int countMax)
{
    private readonly Dictionary<AttemptId, DateTimeOffset> _until = [];
    private readonly Queue<AttemptId> _order = new();

    public bool Holds(AttemptId attempt, DateTimeOffset now) =>
        _until.TryGetValue(attempt, out var until) && now < until;

    /// <summary>Remembers the attempt; one that is known keeps its time.</summary>
    public void Add(AttemptId attempt, DateTimeOffset now, TimeSpan kept)
    {
        while (_order.TryPeek(out var oldest) && (_until[oldest] <= now || _order.Count >= countMax))
        {
            _until.Remove(_order.Dequeue());
        }

        if (_until.TryAdd(attempt, now + kept))
        {
            _order.Enqueue(attempt);
        }
    }
}
