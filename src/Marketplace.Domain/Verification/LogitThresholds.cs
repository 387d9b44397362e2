using Marketplace.Domain.Devices;

namespace Marketplace.Domain.Verification;

/// <summary>
/// By how much two honest devices of a class may differ on a model: log-probabilities are compared, and how far a drawn
/// token loses against the best one.
/// </summary>
/// <param name="Hard">No honest position differs by more; four times the largest seen when it was calibrated.</param>
/// <param name="Soft">One honest position in a thousand differs by more.</param>
/// <param name="MarginSum">No honest text loses more in sum over its positions, in logits.</param>
[GenerateSerializer, Immutable, Alias("LogitThresholds")]
public sealed record LogitThresholds(
    [property: Id(0)] double Hard, [property: Id(1)] double Soft, [property: Id(2)] double MarginSum)
{
    /// <summary>What the largest honest value is multiplied by.</summary>
    public const double Safety = 4;

    /// <summary>Positions that a calibration needs.</summary>
    public const int PositionsMin = 50_000;

    private const double SoftQuantile = 0.999;

    /// <summary>Before calibration, 16-bit weights.</summary>
    public static LogitThresholds Half { get; } = Start(7e-2);

    /// <summary>Before calibration, 8-bit weights, whose activations are quantised too.</summary>
    public static LogitThresholds EightBit { get; } = Start(0.4);

    /// <summary>
    /// Before calibration, of any weights between processors: every format is widened to single precision there. Small
    /// models differ by less than 1e-5; sums of large ones have more terms, and other processors add them in other
    /// orders.
    /// </summary>
    public static LogitThresholds Processor { get; } = new(1.5e-3, 1.5e-4, 6e-3);

    /// <summary>Before calibration, of models with these weights on such a device.</summary>
    /// <param name="weights">Format of the matrices, such as <c>F16</c>; any case.</param>
    /// <param name="kind">What made the text.</param>
    public static LogitThresholds Start(string weights, DeviceKind kind) => kind == DeviceKind.Host
        ? Processor
        : weights.ToUpperInvariant() switch
        {
            "F32" => Processor,
            "F16" or "BF16" => Half,
            _ => EightBit,
        };

    /// <summary>By how much a drawn token may lose in one place: two logits, each off by the most.</summary>
    public double MarginHard => 2 * Hard;

    /// <summary>From what honest devices were seen to differ by.</summary>
    /// <param name="drifts">One for each position; at least one.</param>
    /// <param name="marginSums">One for each text; at least one.</param>
    public static LogitThresholds Of(IReadOnlyCollection<double> drifts, IReadOnlyCollection<double> marginSums)
    {
        var sorted = drifts.Order().ToArray();
        var hard = Math.Max(sorted[^1] * Safety, Least);
        var soft = Math.Max(sorted[(int)((sorted.Length - 1) * SoftQuantile)], Least / Safety);
        return new(hard, soft, Math.Max(marginSums.Max() * Safety, 2 * hard));
    }

    /// <summary>Rounding of a claim to single precision, which two runs of one device differ by at most.</summary>
    private const double Least = 1e-5;

    private static LogitThresholds Start(double hard) => new(hard, hard / Safety, 4 * hard);
}
