using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Renders;

/// <summary>What became of a unit's check.</summary>
[GenerateSerializer, Immutable, Alias("UnitAuditOutcome")]
public abstract record UnitAuditOutcome
{
    private UnitAuditOutcome()
    {
    }

    /// <summary>Leaves of it were traced again, or need not be.</summary>
    [GenerateSerializer, Immutable, Alias("UnitAuditOutcome.Judged")]
    public sealed record Judged([property: Id(0)] UnitVerdict Verdict) : UnitAuditOutcome;

    /// <summary>It cannot be checked, for a reason that is not the device's.</summary>
    [GenerateSerializer, Immutable, Alias("UnitAuditOutcome.Skipped")]
    public sealed record Skipped([property: Id(0)] string Why) : UnitAuditOutcome;
}
