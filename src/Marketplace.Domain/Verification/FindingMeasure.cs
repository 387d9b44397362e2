namespace Marketplace.Domain.Verification;

/// <summary>
/// What one measured of the tokens of a finding, and what follows from it alone by <see cref="OpinionJudge.Hold"/>:
/// everybody who has claims, numbers and thresholds comes to the same.
/// </summary>
/// <param name="By"><c>platform</c>, or the class of a device, such as <c>cuda.nvidia-h100</c>.</param>
/// <param name="Positions">One for each token, as <see cref="MeasuredPosition.Encode"/> writes them, base64.</param>
/// <param name="Cause">Why the tokens do not stand by these numbers; null where they do.</param>
/// <param name="First">Place within the text of the first position beyond a threshold; null where none is.</param>
/// <param name="Beyond">Positions that are beyond a threshold that no honest one is beyond.</param>
/// <param name="SoftCount">Positions beyond what one honest one in a thousand is.</param>
/// <param name="DriftMax">Largest difference of a log-probability.</param>
/// <param name="MarginSum">What the tokens lose in sum, in logits.</param>
public sealed record FindingMeasure(
    string By,
    string Positions,
    string? Cause,
    int? First,
    int Beyond,
    int SoftCount,
    string DriftMax,
    string MarginSum)
{
    /// <summary>Who checks where no device does.</summary>
    public const string Platform = "platform";

    /// <summary>What one measured of the tokens.</summary>
    /// <param name="by">Who.</param>
    /// <param name="claims">One for each token; none where nothing was claimed.</param>
    /// <param name="measured">One for each token.</param>
    /// <param name="thresholds">What they are held to.</param>
    /// <param name="from">Place of the first token within the text.</param>
    public static FindingMeasure Of(
        string by,
        IReadOnlyList<LogitRecord> claims,
        IReadOnlyList<MeasuredPosition> measured,
        LogitThresholds thresholds,
        int from)
    {
        var text = new DoubtedText(0, measured.Count, claims, measured, thresholds);
        var verdict = OpinionJudge.Hold(text, measured);
        int[] beyond = [.. OpinionJudge.Beyond(text, measured)];

        return new(
            by,
            Convert.ToBase64String(MeasuredPosition.Encode([.. measured])),
            verdict.Cause,
            beyond is [var first, ..] ? from + first : null,
            beyond.Length,
            verdict.SoftCount,
            FindingThresholds.Write(verdict.DriftMax),
            FindingThresholds.Write(verdict.MarginSum));
    }
}
