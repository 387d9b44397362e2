using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>Scenes that go on step by step until something holds.</summary>
internal static class LaneSteps
{
    public static async Task Until(
        int stepsMax, Func<Task> step, Func<Task<bool>> holds, string what, Func<(string? Frozen, LaneReport? Last)> state)
    {
        for (var steps = 0; steps < stepsMax; steps++)
        {
            if (await holds())
            {
                return;
            }

            await step();
        }

        var (frozen, last) = state();
        Assert.Fail($"after {stepsMax} steps not yet: {what}; frozen: {frozen}; last: {last}");
    }

    public static async Task<bool> ArePaid(
        PayoutChunks chunks, IReadOnlyList<ChunkPayout> payouts, CancellationToken cancel)
    {
        foreach (var payout in payouts)
        {
            if (await chunks.Of(payout.Payout, cancel) is not [{ State: ChunkState.Finalized }, ..])
            {
                return false;
            }
        }

        return true;
    }
}
