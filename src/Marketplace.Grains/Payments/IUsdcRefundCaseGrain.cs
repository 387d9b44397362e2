using Marketplace.Domain.Compliance;

namespace Marketplace.Grains.Payments;

/// <summary>The side of a refund in USDC that only lanes and reviews see; key <c>pay_…</c>.</summary>
[GrainInterfaceType("usdc-refund-case"), Alias("IUsdcRefundCaseGrain")]
internal interface IUsdcRefundCaseGrain : IGrainWithStringKey
{
    /// <summary>The lane has news of it.</summary>
    [Alias("Refresh")]
    Task Refresh(CancellationToken cancel = default);

    /// <summary>It cannot be sent as it is: it keeps its hold and waits for a person.</summary>
    [Alias("SetAside")]
    Task SetAside(string why, CancellationToken cancel = default);

    /// <summary>
    /// Screens a refund that waits for a chunk; null when it may go into one, else why not. Where people have to decide
    /// it waits for them and is not due any more.
    /// </summary>
    [Alias("Screen")]
    Task<string?> Screen(CancellationToken cancel = default);

    /// <summary>A case about it is cleared or blocked. Being told twice is harmless.</summary>
    [Alias("Decided")]
    Task Decided(ReviewCase review, CancellationToken cancel = default);
}
