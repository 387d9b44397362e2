namespace Marketplace.Domain.Verification;

/// <summary>A text that the platform found at fault by numbers.</summary>
/// <param name="From">The first token that the doubted device made.</param>
/// <param name="To">One behind its last.</param>
/// <param name="Claims">Its records, one for each of these tokens; empty where it committed to nothing.</param>
/// <param name="Platform">What the platform measured, one for each token of the whole text.</param>
/// <param name="Thresholds">By how much honest devices of its kind differ.</param>
public sealed record DoubtedText(
    int From,
    int To,
    IReadOnlyList<LogitRecord> Claims,
    IReadOnlyList<MeasuredPosition> Platform,
    LogitThresholds Thresholds);
