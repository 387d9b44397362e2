namespace Marketplace.Grains.Payouts;

/// <summary>The side of a payout that only lanes see; key <c>pay_…</c>.</summary>
[GrainInterfaceType("payout-case"), Alias("IPayoutCaseGrain")]
internal interface IPayoutCaseGrain : IGrainWithStringKey
{
    /// <summary>The payout cannot be made as it is: it keeps its hold and waits for a person.</summary>
    [Alias("SetAside")]
    Task SetAside(string why, CancellationToken cancel = default);
}
