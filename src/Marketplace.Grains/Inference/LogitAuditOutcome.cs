using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>What became of a check.</summary>
[GenerateSerializer, Immutable, Alias("LogitAuditOutcome")]
public abstract record LogitAuditOutcome
{
    private LogitAuditOutcome()
    {
    }

    /// <summary>The text was computed again.</summary>
    [GenerateSerializer, Immutable, Alias("LogitAuditOutcome.Judged")]
    public sealed record Judged([property: Id(0)] LogitVerdict Verdict) : LogitAuditOutcome;

    /// <summary>It cannot be, for a reason that is not the device's.</summary>
    [GenerateSerializer, Immutable, Alias("LogitAuditOutcome.Skipped")]
    public sealed record Skipped([property: Id(0)] string Why) : LogitAuditOutcome;
}
