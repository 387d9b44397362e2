namespace Marketplace.Grains.Renders;

/// <summary>How renders are reviewed. Section <c>Renders</c>.</summary>
public sealed class RenderOptions
{
    public const string Section = "Renders";

    /// <summary>
    /// A frame of a render that is approved by hand counts as approved this long after its picture was made, 1 minute
    /// to 30 days. Default 72 hours.
    /// </summary>
    public TimeSpan AutoApproveAfter { get; set; } = TimeSpan.FromHours(72);

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => AutoApproveAfter is { TotalMinutes: >= 1 } and { TotalDays: <= 30 }
        ? null
        : "Renders:AutoApproveAfter must be 1 minute to 30 days";
}
