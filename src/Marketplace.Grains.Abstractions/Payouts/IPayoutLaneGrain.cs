namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>One durable-nonce lane; key <c>lane_{n}</c>.</summary>
[GrainInterfaceType("payout-lane"), Alias("IPayoutLaneGrain")]
public interface IPayoutLaneGrain : IGrainWithStringKey
{
    /// <summary>
    /// Work may be waiting: plans, signs, sends, follows. Idempotent; called by payouts and the sweep.
    /// </summary>
    [Alias("Wake")]
    Task Wake(CancellationToken cancel = default);

    /// <summary>The lane's state for administrators.</summary>
    [Alias("Describe")]
    Task<LaneView> Describe(CancellationToken cancel = default);
}
