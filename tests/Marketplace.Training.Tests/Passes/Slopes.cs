namespace Marketplace.Training.Tests.Passes;

/// <summary>Compares slopes with central differences of a loss.</summary>
internal static class Slopes
{
    private const float Step = 1e-2f;

    public static float[] Numbers(Random random, int count, float spread = 1) =>
        [.. Enumerable.Range(0, count).Select(_ => ((random.NextSingle() * 2) - 1) * spread)];

    /// <summary>The loss that weighs each output by a number of its own: its slopes are the weights.</summary>
    public static double Weighed(ReadOnlySpan<float> outputs, ReadOnlySpan<float> weights)
    {
        var sum = 0.0;

        for (var at = 0; at < weights.Length; at++)
        {
            sum += (double)outputs[at] * weights[at];
        }

        return sum;
    }

    /// <summary>Every slope, against the loss with its input moved up and down.</summary>
    public static void AreThoseOf(float[] input, ReadOnlySpan<float> slopes, Func<double> loss, double tolerance = 4e-3)
    {
        for (var at = 0; at < input.Length; at++)
        {
            var value = input[at];
            input[at] = value + Step;
            var above = loss();
            input[at] = value - Step;
            var below = loss();
            input[at] = value;
            var expected = (above - below) / (2 * Step);
            Assert.True(
                Math.Abs(expected - slopes[at]) <= tolerance * Math.Max(1, Math.Abs(expected)),
                $"slope {at} is {slopes[at]}, by differences {expected}");
        }
    }
}
