using Marketplace.Domain.Compliance;

namespace Marketplace.Grains.Payouts;

/// <summary>The side of a payout that only lanes see; key <c>pay_…</c>.</summary>
[GrainInterfaceType("payout-case"), Alias("IPayoutCaseGrain")]
internal interface IPayoutCaseGrain : IGrainWithStringKey
{
    /// <summary>The payout cannot be made as it is: it keeps its hold and waits for a person.</summary>
    [Alias("SetAside")]
    Task SetAside(string why, CancellationToken cancel = default);

    /// <summary>
    /// Screens a payout that waits for a chunk; null when it may go into one, else why not. Where people have to decide
    /// it waits for them and is not due any more.
    /// </summary>
    [Alias("Screen")]
    Task<string?> Screen(CancellationToken cancel = default);

    /// <summary>A case about it is cleared or blocked. Being told twice is harmless.</summary>
    [Alias("Decided")]
    Task Decided(ReviewCase review, CancellationToken cancel = default);
}
