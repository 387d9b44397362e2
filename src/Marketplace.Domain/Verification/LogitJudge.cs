namespace Marketplace.Domain.Verification;

/// <summary>
/// Judges one text by its findings. An honest text falls with a probability of at most 1e-6; one that stands may still
/// add to the suspicion that <see cref="DriftSuspicion"/> keeps over many.
/// </summary>
public static class LogitJudge
{
    /// <summary>How rarely an honest text may have so many positions above the soft threshold.</summary>
    public const double FalsePositives = 1e-6;

    /// <summary>How often an honest position is above the soft threshold.</summary>
    public const double SoftRate = 1e-3;

    /// <summary>What stands for all that is larger, and for what is no number: verdicts are stored as JSON.</summary>
    public const double Largest = 1e6;

    /// <param name="findings">One for each position that was claimed.</param>
    /// <param name="thresholds">Of the model, the profile and the two devices' classes.</param>
    public static LogitVerdict Judge(IReadOnlyCollection<LogitFinding> findings, LogitThresholds thresholds)
    {
        var soft = findings.Count(one => !(one.Drift <= thresholds.Soft));
        var drift = findings.Count == 0 ? 0 : findings.Max(one => one.Drift);
        var margins = findings.Sum(one => one.Margin);
        var isOther = findings.Any(one => !(one.Drift <= thresholds.Hard))
            || BinomialTail(findings.Count, SoftRate, soft) < FalsePositives;
        var isDrawn = margins <= thresholds.MarginSum
            && findings.All(one => !one.IsOutside && one.Margin <= thresholds.MarginHard);

        return new(
            isOther ? LogitVerdict.OtherLogits : isDrawn ? null : LogitVerdict.OtherTokens,
            findings.Count,
            soft,
            Bounded(drift),
            Bounded(margins));
    }

    private static double Bounded(double value) => value <= Largest ? value : Largest;

    /// <summary>P(X ≥ least) for X ~ Binomial(count, rate).</summary>
    public static double BinomialTail(int count, double rate, int least)
    {
        if (least <= 0)
        {
            return 1;
        }

        // From the first term on, each follows from the one before it.
        var term = Math.Exp(
            LogChoose(count, least) + (least * Math.Log(rate)) + ((count - least) * Math.Log(1 - rate)));
        var sum = 0.0;

        for (var hits = least; hits <= count && term > 0; hits++)
        {
            sum += term;
            term *= (count - hits) / (hits + 1.0) * rate / (1 - rate);
        }

        return Math.Min(sum, 1);
    }

    private static double LogChoose(int count, int hits)
    {
        var sum = 0.0;

        for (var at = 1; at <= hits; at++)
        {
            sum += Math.Log((count - hits + at) / (double)at);
        }

        return sum;
    }
}
