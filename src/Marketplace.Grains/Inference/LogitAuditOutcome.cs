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
    /// <param name="FaultAt">
    /// Where its beginning, made by an earlier device, does not stand: which token; else null.
    /// </param>
    /// <param name="Evidence">
    /// Where the text does not stand and that is a matter of numbers: what others are to compare theirs with.
    /// </param>
    [GenerateSerializer, Immutable, Alias("LogitAuditOutcome.Judged")]
    public sealed record Judged(
        [property: Id(0)] LogitVerdict Verdict,
        [property: Id(1)] int? FaultAt = null,
        [property: Id(2)] LogitEvidence? Evidence = null) : LogitAuditOutcome
    {
        /// <summary>What was ordered, where the header or the end of a committed text is at fault; else null.</summary>
        [Id(3)]
        public FindingOrder? Ordered { get; init; }
    }

    /// <summary>Nobody can say: the model gives no numbers. Nobody pays, and nobody is to blame.</summary>
    [GenerateSerializer, Immutable, Alias("LogitAuditOutcome.Undecidable")]
    public sealed record Undecidable([property: Id(0)] string Why) : LogitAuditOutcome;

    /// <summary>It is not computed here, for a reason that is the platform's.</summary>
    /// <param name="Thresholds">
    /// What devices' numbers are held to, where the text contradicts itself in nothing and others can compute it; else
    /// null.
    /// </param>
    /// <param name="IsBusy">Whether the platform could compute it, and has too much to do.</param>
    [GenerateSerializer, Immutable, Alias("LogitAuditOutcome.Skipped")]
    public sealed record Skipped(
        [property: Id(0)] string Why,
        [property: Id(1)] LogitThresholds? Thresholds = null,
        [property: Id(2)] bool IsBusy = false) : LogitAuditOutcome;
}
