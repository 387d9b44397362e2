using System.Collections.Concurrent;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Benchmarks.Payouts;

/// <summary>Hands out payouts in the order they were asked for. One set aside or a freeze ends the measurement.</summary>
internal sealed class BenchDesk(ConcurrentQueue<IReadOnlyList<ChunkPayout>> chunks) : IPayoutDesk
{
    private IReadOnlyList<ChunkPayout> _waiting = [];

    /// <summary>Called before the lane looks for work again.</summary>
    public bool TakeNext() => chunks.TryDequeue(out var next) && (_waiting = next).Count > 0;

    public Task<IReadOnlyList<ChunkPayout>> Waiting(int most, CancellationToken cancel)
    {
        var waiting = _waiting;
        _waiting = [];
        return Task.FromResult(waiting);
    }

    public Task<string?> BarredBecause(ChunkPayout payout, CancellationToken cancel) => Task.FromResult<string?>(null);

    public Task SetAside(ChunkPayout payout, string why, CancellationToken cancel) =>
        throw new InvalidOperationException($"{payout.Payout} was set aside: {why}");

    public Task Changed(ChunkPayout payout, CancellationToken cancel) => Task.CompletedTask;

    public Task<string?> FrozenBecause(CancellationToken cancel) => Task.FromResult<string?>(null);

    public Task Freeze(string why, CancellationToken cancel) => throw new InvalidOperationException($"frozen: {why}");
}
