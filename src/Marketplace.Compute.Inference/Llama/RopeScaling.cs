namespace Marketplace.Compute.Inference.Llama;

/// <summary>
/// How rotary positions are stretched for contexts beyond the trained one: what becomes of each pair's speed, the angle
/// in radians that it turns per position.
/// </summary>
public abstract record RopeScaling
{
    private RopeScaling()
    {
    }

    /// <summary>What cosines and sines are multiplied by.</summary>
    internal virtual double Magnitude => 1;

    /// <summary>The speed of one pair.</summary>
    /// <param name="speed">As it was trained.</param>
    /// <param name="pair">Its number within the head.</param>
    /// <param name="size">Elements of the head.</param>
    /// <param name="ropeBase">The base of the speeds.</param>
    internal abstract double Speed(double speed, int pair, int size, double ropeBase);

    /// <summary>Every position divided by a factor. Chen et al. 2023.</summary>
    public sealed record Linear(double Factor) : RopeScaling
    {
        internal override double Speed(double speed, int pair, int size, double ropeBase) => speed / Factor;
    }

    /// <summary>
    /// Llama 3.1's: slow pairs divided, fast ones kept, those between blended. Source: meta-llama/llama-models,
    /// model.py, apply_scaling.
    /// </summary>
    /// <param name="Factor">Of the slow pairs.</param>
    /// <param name="LowFrequency">Turns within the trained context below which a pair is slow.</param>
    /// <param name="HighFrequency">Turns within the trained context above which a pair is fast.</param>
    /// <param name="TrainedContext">Positions.</param>
    public sealed record Llama3(double Factor, double LowFrequency, double HighFrequency, int TrainedContext)
        : RopeScaling
    {
        internal override double Speed(double speed, int pair, int size, double ropeBase)
        {
            var turns = TrainedContext * speed / (2 * Math.PI);
            var kept = Math.Clamp((turns - LowFrequency) / (HighFrequency - LowFrequency), 0, 1);
            return ((1 - kept) * speed / Factor) + (kept * speed);
        }
    }

    /// <summary>
    /// YaRN: fast pairs kept, slow ones divided, a ramp between, and attention sharpened. Peng et al. 2023.
    /// </summary>
    /// <param name="Factor">Of the slow pairs.</param>
    /// <param name="TrainedContext">Positions.</param>
    /// <param name="BetaFast">Turns within the trained context from which a pair is kept.</param>
    /// <param name="BetaSlow">Turns below which it is divided.</param>
    /// <param name="Attention">What cosines and sines are multiplied by; null takes 0.1 ln(factor) + 1.</param>
    public sealed record Yarn(
        double Factor, int TrainedContext, double BetaFast, double BetaSlow, double? Attention) : RopeScaling
    {
        internal override double Magnitude => Attention ?? ((0.1 * Math.Log(Factor)) + 1);

        internal override double Speed(double speed, int pair, int size, double ropeBase)
        {
            var low = Math.Max(Math.Floor(PairWith(BetaFast, size, ropeBase)), 0);
            var high = Math.Min(Math.Ceiling(PairWith(BetaSlow, size, ropeBase)), size - 1);
            var divided = Math.Clamp((pair - low) / Math.Max(high - low, 0.001), 0, 1);
            return (divided * speed / Factor) + ((1 - divided) * speed);
        }

        /// <summary>The pair that makes so many turns within the trained context.</summary>
        private double PairWith(double turns, int size, double ropeBase) =>
            size * Math.Log(TrainedContext / (turns * 2 * Math.PI)) / (2 * Math.Log(ropeBase));
    }

    /// <summary>Each pair's speed divided by a number of its own: GGUF's tensor <c>rope_freqs.weight</c>.</summary>
    /// <param name="Divisors">One a pair.</param>
    public sealed record PerPair(IReadOnlyList<float> Divisors) : RopeScaling
    {
        internal override double Speed(double speed, int pair, int size, double ropeBase) => speed / Divisors[pair];
    }
}
