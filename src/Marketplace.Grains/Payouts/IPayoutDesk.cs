using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Payouts;

/// <summary>Where a lane gets its payouts from and tells what became of them.</summary>
internal interface IPayoutDesk
{
    /// <summary>
    /// Payouts and refunds that were accepted and are in no chunk, the oldest of each first. Those of barred providers
    /// are set aside.
    /// </summary>
    Task<IReadOnlyList<ChunkPayout>> Waiting(int most, CancellationToken cancel);

    /// <summary>Why this may not be paid now, or null: asked once more before anything is signed.</summary>
    Task<string?> BarredBecause(ChunkPayout payout, CancellationToken cancel);

    /// <summary>A payout cannot be made as it is: it waits for a person.</summary>
    Task SetAside(ChunkPayout payout, string why, CancellationToken cancel);

    /// <summary>The rows of a payout changed.</summary>
    Task Changed(ChunkPayout payout, CancellationToken cancel);

    /// <summary>Why nothing may be signed, or null.</summary>
    Task<string?> FrozenBecause(CancellationToken cancel);

    /// <summary>Stops all signing until a person looks at it.</summary>
    Task Freeze(string why, CancellationToken cancel);
}
