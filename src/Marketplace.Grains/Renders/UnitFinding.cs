using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Renders;

/// <summary>What the check of one unit of a rejected frame found.</summary>
[GenerateSerializer, Immutable, Alias("UnitFinding")]
internal sealed record UnitFinding(
    [property: Id(0)] AttemptId Attempt, [property: Id(1)] UnitAuditOutcome Outcome);
