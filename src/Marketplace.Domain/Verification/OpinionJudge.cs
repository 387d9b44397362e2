namespace Marketplace.Domain.Verification;

/// <summary>
/// Reads what a second verifier measured of a text that the platform found at fault: the verifier only tells numbers,
/// what they mean is decided here.
/// </summary>
public static class OpinionJudge
{
    /// <summary>What a verifier's numbers say of the text, and its claims held against them.</summary>
    /// <param name="text">The text and what is known of it.</param>
    /// <param name="measured">By the verifier, one for each token; checked for nonsense before.</param>
    public static (Opinion Opinion, LogitVerdict Verdict) Judge(
        DoubtedText text, IReadOnlyList<MeasuredPosition> measured)
    {
        var verdict = Hold(text, measured);

        // Whoever agrees neither with the platform nor with the device has measured something else.
        var isOther = !AreSame(text.Platform, measured, text.Thresholds)
            && (text.Claims.Count == 0 || verdict.Cause == LogitVerdict.OtherLogits);

        return (isOther ? Opinion.Useless : verdict.Stands ? Opinion.Stands : Opinion.Fails, verdict);
    }

    /// <summary>A part of a text held against one's numbers: by margins alone where nothing is claimed.</summary>
    /// <param name="text">The part and its claims.</param>
    /// <param name="measured">One for each token of the whole text.</param>
    public static LogitVerdict Hold(DoubtedText text, IReadOnlyList<MeasuredPosition> measured) =>
        LogitJudge.Judge(Findings(text, measured), text.Thresholds);

    /// <summary>The places of the part that are beyond a threshold that no honest position is beyond.</summary>
    public static IEnumerable<int> Beyond(DoubtedText text, IReadOnlyList<MeasuredPosition> measured) =>
        Findings(text, measured)
            .Index()
            .Where(one => !(one.Item.Drift <= text.Thresholds.Hard)
                || one.Item.IsOutside
                || !(one.Item.Margin <= text.Thresholds.MarginHard))
            .Select(one => text.From + one.Index);

    /// <summary>Whether two measured the same of one text, as far as honest devices do.</summary>
    public static bool AreSame(
        IReadOnlyList<MeasuredPosition> one, IReadOnlyList<MeasuredPosition> other, LogitThresholds thresholds) =>
        one.Zip(other).All(pair => LogitDrift.Between(pair.First.Record, pair.Second.Record) <= thresholds.Hard);

    /// <summary>
    /// What follows from the platform's finding that the text fails, and from what verifiers say: two that agree
    /// decide. Null where another is to be asked.
    /// </summary>
    /// <param name="heard">In any order.</param>
    public static bool? Stands(IEnumerable<Opinion> heard)
    {
        var counts = heard.CountBy(one => one).ToDictionary();

        return counts.GetValueOrDefault(Opinion.Fails) + 1 >= AgreeMin ? false
            : counts.GetValueOrDefault(Opinion.Stands) >= AgreeMin ? true
            : null;
    }

    /// <summary>Of platform and verifiers, so many decide.</summary>
    public const int AgreeMin = 2;

    private static List<LogitFinding> Findings(DoubtedText text, IReadOnlyList<MeasuredPosition> measured)
    {
        var findings = new List<LogitFinding>(text.To - text.From);
        var claimed = text.Claims.Count > 0;

        for (var at = text.From; at < text.To; at++)
        {
            var margin = measured[at].Margin;
            findings.Add(new(
                claimed ? LogitDrift.Between(text.Claims[at - text.From], measured[at].Record) : 0,
                margin,
                IsOutside: margin >= LogitJudge.Largest));
        }

        return findings;
    }
}
