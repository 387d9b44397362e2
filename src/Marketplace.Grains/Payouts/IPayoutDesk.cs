using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Payouts;

/// <summary>Where a lane gets its payouts from and tells what became of them.</summary>
internal interface IPayoutDesk
{
    /// <summary>
    /// Payouts that were accepted and are in no chunk, oldest first. Those of barred providers are set aside.
    /// </summary>
    Task<IReadOnlyList<ChunkPayout>> Waiting(int most, CancellationToken cancel);

    /// <summary>Why this provider may not be paid now, or null: asked once more before anything is signed.</summary>
    Task<string?> BarredBecause(ProviderId provider, CancellationToken cancel);

    /// <summary>A payout cannot be made as it is: it waits for a person.</summary>
    Task SetAside(PayoutId payout, string why, CancellationToken cancel);

    /// <summary>The rows of a payout changed.</summary>
    Task Changed(PayoutId payout, CancellationToken cancel);

    /// <summary>Why nothing may be signed, or null.</summary>
    Task<string?> FrozenBecause(CancellationToken cancel);

    /// <summary>Stops all signing until a person looks at it.</summary>
    Task Freeze(string why, CancellationToken cancel);
}
