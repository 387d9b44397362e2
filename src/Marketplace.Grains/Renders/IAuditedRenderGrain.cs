using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Renders;

/// <summary>The side of a render that only the checks of its units see; key <c>rnd_…</c>.</summary>
[GrainInterfaceType("audited-render"), Alias("IAuditedRenderGrain")]
internal interface IAuditedRenderGrain : IGrainWithStringKey
{
    /// <summary>The check of this attempt's unit is over. Being told twice is harmless.</summary>
    [Alias("Judge")]
    Task Judge(AttemptId attempt, UnitAuditOutcome outcome, CancellationToken cancel = default);
}
