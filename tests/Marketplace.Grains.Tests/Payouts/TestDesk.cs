using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>A desk in memory: what waits, what was set aside, and whether payouts are frozen. It outlives its lanes.</summary>
internal sealed class TestDesk(PayoutChunks chunks) : IPayoutDesk
{
    private readonly List<ChunkPayout> _asked = [];

    public Dictionary<PayoutId, string> SetAsides { get; } = [];

    public Dictionary<ProviderId, string> Barred { get; } = [];

    public string? Frozen { get; set; }

    public void Ask(ChunkPayout payout) => _asked.Add(payout);

    public async Task<IReadOnlyList<ChunkPayout>> Waiting(int most, CancellationToken cancel)
    {
        var waiting = new List<ChunkPayout>();

        foreach (var payout in _asked.Where(one => !SetAsides.ContainsKey(one.Payout)))
        {
            var known = await chunks.Of(payout.Payout, cancel);

            if (known.Count == 0 || known[0].State is ChunkState.Dead or ChunkState.FailedOnChain)
            {
                waiting.Add(payout);
            }
        }

        return [.. waiting.Take(most)];
    }

    public Task<string?> BarredBecause(ChunkPayout payout, CancellationToken cancel) =>
        Task.FromResult(Barred.GetValueOrDefault(payout.Provider));

    public Task SetAside(ChunkPayout payout, string why, CancellationToken cancel)
    {
        SetAsides[payout.Payout] = why;
        return Task.CompletedTask;
    }

    public Task Changed(ChunkPayout payout, CancellationToken cancel) => Task.CompletedTask;

    public Task<string?> FrozenBecause(CancellationToken cancel) => Task.FromResult(Frozen);

    public Task Freeze(string why, CancellationToken cancel)
    {
        Frozen ??= why;
        return Task.CompletedTask;
    }
}
