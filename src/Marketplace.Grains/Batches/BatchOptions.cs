namespace Marketplace.Grains.Batches;

/// <summary>How batches are run. Section <c>Batches</c>.</summary>
public sealed class BatchOptions
{
    public const string Section = "Batches";

    /// <summary>Lines of one batch that are run side by side. Default 16.</summary>
    public int LinesInFlight { get; set; } = 16;

    /// <summary>How often a batch looks at its lines. Default 1 second.</summary>
    public TimeSpan Look { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often batches that nobody drives are looked for. Default 10 seconds.</summary>
    public TimeSpan Sweep { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { LinesInFlight: < 1 or > 1_000 } => "Batches:LinesInFlight must be 1 to 1000",
        { Look.Ticks: <= 0 } => "Batches:Look must be above zero",
        { Sweep.Ticks: <= 0 } => "Batches:Sweep must be above zero",
        _ => null,
    };
}
