using Marketplace.Compute.Inference.Sampling;

namespace Marketplace.Compute.Inference.Tests.Sampling;

public class GumbelMaxTests
{
    [Fact]
    public void Temperature_zero_takes_the_largest_and_on_a_tie_the_lowest_token() =>
        Assert.Equal(1, GumbelMax.Sample([0f, 3f, 3f, 2f], temperature: 0, seed: 9, position: 4));

    [Fact]
    public void Frequencies_follow_the_softmax()
    {
        const int Draws = 40_000;
        float[] logits = [0f, 1f, 2f, -1f];
        var counts = new int[logits.Length];

        for (var position = 0; position < Draws; position++)
        {
            counts[GumbelMax.Sample(logits, temperature: 0.7, seed: 42, position)]++;
        }

        var expected = Twin.SoftMax([.. logits.Select(logit => logit / 0.7f)]);
        Assert.All(counts.Zip(expected), pair => Assert.Equal(pair.Second, pair.First / (double)Draws, 0.01));
    }

    [Fact]
    public void A_draw_depends_on_seed_and_position_alone()
    {
        var logits = Twin.Values(500, 1);
        int Draw(ulong seed, int position) => GumbelMax.Sample(logits, 1, seed, position);

        Assert.Equal(Draw(1, 7), Draw(1, 7));
        Assert.True(Enumerable.Range(0, 20).Select(position => Draw(1, position)).Distinct().Count() > 10);
        Assert.True(Enumerable.Range(0, 20).Select(seed => Draw((ulong)seed, 7)).Distinct().Count() > 10);
    }
}
