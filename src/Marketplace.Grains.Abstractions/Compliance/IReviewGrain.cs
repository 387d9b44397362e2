using Marketplace.Domain.Compliance;

namespace Marketplace.Grains.Abstractions.Compliance;

/// <summary>
/// One case of the review queue; key <c>rev_…</c>. Every act needs a reason of 3 to 500 characters and is written to
/// the audit log before it is done; repeating an act is harmless.
/// </summary>
[GrainInterfaceType("review"), Alias("IReviewGrain")]
public interface IReviewGrain : IGrainWithStringKey
{
    /// <summary>The case, or null.</summary>
    [Alias("Describe")]
    Task<ReviewCase?> Describe(CancellationToken cancel = default);

    /// <summary>Somebody looks into it; nobody else can then decide it.</summary>
    [Alias("Claim")]
    Task<ReviewOutcome> Claim(Reviewer person, CancellationToken cancel = default);

    /// <summary>
    /// Decides for the provider, or asks a second person to: above an amount, when the list stops it, and for money
    /// that was blocked.
    /// </summary>
    [Alias("Release")]
    Task<ReviewOutcome> Release(Reviewer person, ReviewEnding ending, CancellationToken cancel = default);

    /// <summary>The second person agrees to the release.</summary>
    [Alias("Approve")]
    Task<ReviewOutcome> Approve(Reviewer person, CancellationToken cancel = default);

    /// <summary>Decides against the provider: a payout's money is blocked, a provider is suspended.</summary>
    [Alias("Block")]
    Task<ReviewOutcome> Block(Reviewer person, CancellationToken cancel = default);

    /// <summary>Does what was decided, when a crash cut it off; called by the sweep.</summary>
    [Alias("Finish")]
    Task Finish(CancellationToken cancel = default);
}
