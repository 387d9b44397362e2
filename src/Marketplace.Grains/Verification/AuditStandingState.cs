using Marketplace.Domain.Leases;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Verification;

/// <summary>What is stored of a device's texts of one model. Written when a check is over.</summary>
[GenerateSerializer, Alias("AuditStandingState")]
internal sealed record AuditStandingState
{
    /// <summary>Attempts that are remembered, so that one is not counted twice.</summary>
    public const int RecentMax = 64;

    /// <summary>Value found valid since the last invalid one, in texts of average value.</summary>
    [Id(0)]
    public double Standing { get; init; }

    [Id(1)]
    public DriftSuspicion Suspicion { get; init; } = DriftSuspicion.None;

    /// <summary>Until then more of its texts are checked.</summary>
    [Id(2)]
    public DateTimeOffset WatchedUntil { get; init; }

    /// <summary>Attempts that were counted, the newest last.</summary>
    [Id(3)]
    public IReadOnlyList<AttemptId> Recent { get; init; } = [];

    [Id(4)]
    public long Checked { get; init; }

    [Id(5)]
    public long Failed { get; init; }
}
