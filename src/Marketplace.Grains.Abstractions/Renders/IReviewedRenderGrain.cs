using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>The side of a render that its renter reviews frames at; key <c>rnd_…</c>.</summary>
[GrainInterfaceType("reviewed-render"), Alias("IReviewedRenderGrain")]
public interface IReviewedRenderGrain : IGrainWithStringKey
{
    /// <summary>
    /// Approves one frame, or with null every frame that waits for a word. Harmless when they are approved. With the
    /// last one the render ends.
    /// </summary>
    [Alias("Approve")]
    Task<FrameReviewOutcome> Approve(int? frame, CancellationToken cancel = default);

    /// <summary>
    /// Rejects one frame, or with null every frame that waits for a word: the platform traces parts of it again. What
    /// does not stand is unpaid and made again by other devices; what does stays charged. Harmless while that goes on.
    /// </summary>
    /// <param name="frame">Frame number, or null.</param>
    /// <param name="reason">At most <see cref="RenderLimits.ReasonMax"/> characters, or null.</param>
    /// <param name="cancel">Ends the wait.</param>
    [Alias("Reject")]
    Task<FrameReviewOutcome> Reject(int? frame, string? reason, CancellationToken cancel = default);

    /// <summary>
    /// Has a frame that was rejected and found sound made again by other devices, as new work: the most it can cost is
    /// set aside besides.
    /// </summary>
    [Alias("Retry")]
    Task<FrameReviewOutcome> Retry(int frame, CancellationToken cancel = default);

    /// <summary>What happened to a frame, in order, or null when there is no such frame.</summary>
    [Alias("Log")]
    Task<IReadOnlyList<FrameEvent>?> Log(int frame, CancellationToken cancel = default);

    /// <summary>The sums of a frame under way that are used, or null when there is no such frame.</summary>
    [Alias("Sums")]
    Task<IReadOnlyList<UnitFile>?> Sums(int frame, CancellationToken cancel = default);
}
