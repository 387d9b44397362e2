using System.Globalization;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

/// <content>What is final stays final: a node that takes blocks back shows another history than before.</content>
internal sealed partial class SolanaRail
{
    private static readonly TimeSpan SlotsEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SlotWithin = TimeSpan.FromSeconds(2);

    private readonly ulong[] _finalized;
    private long _slotsAt;

    /// <summary>
    /// How many slots a node may fall behind what it said before: several machines may share one address.
    /// </summary>
    public ulong SlotsBackMax { get; init; } = 150;

    /// <summary>
    /// Which node's finalized slot went back, or null. Told once; asked by every lane and looked at now and then.
    /// Remembered by this process only.
    /// </summary>
    public async Task<string?> WentBack(DateTimeOffset time, CancellationToken cancel)
    {
        var last = Interlocked.Read(ref _slotsAt);
        var now = time.UtcTicks;

        if (now - last < SlotsEvery.Ticks || Interlocked.CompareExchange(ref _slotsAt, now, last) != last)
        {
            return null;
        }

        var slots = await Task.WhenAll(Nodes.Select(node => FinalizedSlot(node, cancel)));
        string? why = null;

        for (var node = 0; node < slots.Length; node++)
        {
            if (slots[node] is not { } slot)
            {
                continue;
            }

            if (slot + SlotsBackMax < _finalized[node])
            {
                why = string.Create(
                    CultureInfo.InvariantCulture,
                    $"node {node} went back from finalized slot {_finalized[node]} to {slot}: what was final is not");
                _finalized[node] = slot;
            }

            _finalized[node] = Math.Max(_finalized[node], slot);
        }

        return why;
    }

    private static async Task<ulong?> FinalizedSlot(ISolanaRpc node, CancellationToken cancel)
    {
        try
        {
            return await node.GetSlotAsync(ReadOptions.Finalized, cancel).WaitAsync(SlotWithin, cancel);
        }
        catch (Exception problem) when (problem is SolanaRpcException or TimeoutException)
        {
            // No word is no evidence.
            return null;
        }
    }
}
