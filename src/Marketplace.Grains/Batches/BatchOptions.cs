namespace Marketplace.Grains.Batches;

/// <summary>How batches are run. Section <c>Batches</c>.</summary>
public sealed class BatchOptions
{
    public const string Section = "Batches";

    /// <summary>Lines of one batch that are run side by side. Default 16.</summary>
    public int LinesInFlight { get; set; } = 16;

    /// <summary>
    /// Lines of all batches of one account that are run side by side, shared evenly; at least one for each unfinished
    /// batch that an account may have. Default 32.
    /// </summary>
    public int AccountLinesInFlight { get; set; } = 32;

    /// <summary>Batches of one account that are not over, 1 to 1000. Default 20.</summary>
    public int UnfinishedMax { get; set; } = 20;

    /// <summary>
    /// Files of one account beyond which it uploads none, 1 to 1000; those that batches write count, and are written.
    /// Default 1000.
    /// </summary>
    public int FilesMax { get; set; } = 1_000;

    /// <summary>How often a batch looks at its lines. Default 1 second.</summary>
    public TimeSpan Look { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often batches that nobody drives are looked for. Default 10 seconds.</summary>
    public TimeSpan Sweep { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { LinesInFlight: < 1 or > 1_000 } => "Batches:LinesInFlight must be 1 to 1000",
        { UnfinishedMax: < 1 or > 1_000 } => "Batches:UnfinishedMax must be 1 to 1000",
        { FilesMax: < 1 or > 1_000 } => "Batches:FilesMax must be 1 to 1000",
        _ when AccountLinesInFlight < UnfinishedMax || AccountLinesInFlight > 10_000 =>
            $"Batches:AccountLinesInFlight must be {UnfinishedMax} (Batches:UnfinishedMax) to 10000",
        { Look.Ticks: <= 0 } => "Batches:Look must be above zero",
        { Sweep.Ticks: <= 0 } => "Batches:Sweep must be above zero",
        _ => null,
    };
}
