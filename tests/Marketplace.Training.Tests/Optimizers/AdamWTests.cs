using Marketplace.Compute.Inference.Llama;
using Marketplace.Training.Optimizers;
using Marketplace.Training.Parameters;

namespace Marketplace.Training.Tests.Optimizers;

public sealed class AdamWTests
{
    private static readonly ParameterLayout Layout = new(RandomLlama.ShapeTiny);

    /// <summary>
    /// By hand: both means corrected are the slope and its square after the first step, so the move is the rate. After
    /// slopes 2 and 1 the first is (0.5 · 1 + 0.5 · 1) / 0.75 = 4/3, the second
    /// (0.75 · 1 + 0.25 · 1) / 0.4375 = 16/7.
    /// </summary>
    [Fact]
    public void Two_steps_are_those_computed_by_hand()
    {
        var optimizer = new AdamW(Layout, new(0.5f, 0.75f, WeightDecay: 0.1f, Epsilon: 0));
        var (weights, slopes) = (Filled(1), Filled(2));
        var (matrix, norm) = (Layout.Embedding.Offset, Layout.OutputNorm.Offset);

        optimizer.Step(weights, slopes, 1, rate: 0.1f);

        Assert.Equal(1 - 0.01f - 0.1f, weights[matrix], 1e-6f);
        Assert.Equal(1 - 0.1f, weights[norm], 1e-6f);

        optimizer.Step(weights, Filled(1), 2, rate: 0.1f);

        var move = 0.1f * (4f / 3) / MathF.Sqrt(16f / 7);
        Assert.Equal(0.9f - move, weights[norm], 1e-6f);
        Assert.Equal(0.89f - (0.01f * 0.89f) - move, weights[matrix], 1e-6f);
    }

    [Fact]
    public void A_long_gradient_is_scaled_to_the_norm_and_a_short_one_is_left()
    {
        float[] gradient = [3, 4];

        Assert.Equal(5, AdamW.Clip(gradient, 10));
        Assert.Equal([3, 4], gradient);
        Assert.Equal(5, AdamW.Clip(gradient, 1));
        Assert.Equal(0.6f, gradient[0], 1e-6f);
        Assert.Equal(0.8f, gradient[1], 1e-6f);
    }

    [Fact]
    public void The_rate_rises_in_a_line_and_falls_along_a_cosine()
    {
        var schedule = new CosineSchedule(1, 0.1f, 10, 110);

        Assert.Equal(0.1f, schedule.RateOf(1), 1e-6f);
        Assert.Equal(1f, schedule.RateOf(10), 1e-6f);
        Assert.Equal(0.55f, schedule.RateOf(60), 1e-5f);
        Assert.Equal(0.1f, schedule.RateOf(110), 1e-6f);
    }

    private static float[] Filled(float value)
    {
        var numbers = new float[Layout.Count];
        Array.Fill(numbers, value);
        return numbers;
    }
}
