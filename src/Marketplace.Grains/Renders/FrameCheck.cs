using Marketplace.Domain.Leases;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>The check of a rejected frame while it is under way; a crash forgets it, and it begins again.</summary>
/// <param name="Frame">Frame number.</param>
/// <param name="Rejection">Which rejection it is about, counted from 1.</param>
internal sealed record FrameCheck(int Frame, int Rejection)
{
    /// <summary>What was found by now, by who made the unit.</summary>
    public Dictionary<AttemptId, UnitAuditOutcome> Found { get; } = [];

    /// <summary>Ends it when it takes too long.</summary>
    public CancellationTokenSource Ends { get; } = new();

    public bool IsOf(FrameReview review) => review.Frame == Frame && review.Rejections == Rejection;

    public UnitFinding[] Findings() => [.. Found.Select(found => new UnitFinding(found.Key, found.Value))];
}
