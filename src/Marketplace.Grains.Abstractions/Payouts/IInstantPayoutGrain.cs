using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>The float of instant payouts and its ladder; key 0.</summary>
[GrainInterfaceType("instant-payouts"), Alias("IInstantPayoutGrain")]
public interface IInstantPayoutGrain : IGrainWithIntegerKey
{
    /// <summary>The ladder as it is posted, and how far up it the last 24 hours are.</summary>
    [Alias("Describe")]
    Task<InstantView> Describe(CancellationToken cancel = default);

    /// <summary>
    /// Takes a part of the float for a payout and answers its price; again: the first answer. Null above the last rung.
    /// </summary>
    [Alias("Reserve")]
    Task<InstantQuote?> Reserve(PayoutId payout, Usdc amount, CancellationToken cancel = default);

    /// <summary>Gives back what a payout took that is not made.</summary>
    [Alias("Release")]
    Task Release(PayoutId payout, CancellationToken cancel = default);
}
