using Marketplace.Domain.Verification;

namespace Marketplace.Agent.Calibrations;

/// <summary>What honest devices were seen to differ by.</summary>
/// <param name="Positions">Positions that were compared.</param>
/// <param name="Texts">Texts that they are of.</param>
/// <param name="DriftMedian">a_i: the largest difference of a log-probability at a position.</param>
/// <param name="Drift99">Its 99th percentile.</param>
/// <param name="Drift999">Its 99.9th percentile.</param>
/// <param name="DriftMax">The largest of all.</param>
/// <param name="MarginSumMax">The most that the drawn tokens of one text lose, in logits.</param>
/// <param name="Thresholds">What follows for audits.</param>
/// <param name="IsEnough">Whether there were <see cref="LogitThresholds.PositionsMin"/> positions.</param>
internal sealed record CalibrationResult(
    int Positions,
    int Texts,
    double DriftMedian,
    double Drift99,
    double Drift999,
    double DriftMax,
    double MarginSumMax,
    LogitThresholds Thresholds,
    bool IsEnough)
{
    /// <param name="drifts">One for each position; at least one.</param>
    /// <param name="margins">The sum of each text's margins; at least one.</param>
    public static CalibrationResult Of(IReadOnlyCollection<double> drifts, IReadOnlyCollection<double> margins)
    {
        var sorted = drifts.Order().ToArray();

        return new(
            sorted.Length,
            margins.Count,
            Quantile(sorted, 0.5),
            Quantile(sorted, 0.99),
            Quantile(sorted, 0.999),
            sorted[^1],
            margins.Max(),
            LogitThresholds.Of(drifts, margins),
            sorted.Length >= LogitThresholds.PositionsMin);
    }

    private static double Quantile(double[] sorted, double part) => sorted[(int)((sorted.Length - 1) * part)];
}
