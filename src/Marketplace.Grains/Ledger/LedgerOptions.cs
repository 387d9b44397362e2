namespace Marketplace.Grains.Ledger;

/// <summary>What the platform takes and when providers may have theirs. Section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    public const string Section = "Ledger";

    /// <summary>The platform's fee in hundredths of a percent of every charge. Default 1000 (10 %).</summary>
    public int FeeBasisPoints { get; set; } = 1_000;

    /// <summary>How long earnings stay accrued before they are payable; zero pays at once. Default 7 days.</summary>
    public TimeSpan Holdback { get; set; } = TimeSpan.FromDays(7);

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { FeeBasisPoints: < 0 or > 10_000 } => "Ledger:FeeBasisPoints must be 0 to 10000",
        { Holdback.Ticks: < 0 } => "Ledger:Holdback must not be below zero",
        _ => null,
    };
}
