using CsCheck;
using Marketplace.Compute.Inference.Sampling;

namespace Marketplace.Compute.Inference.Tests.Sampling;

/// <summary>What skips most of a vocabulary draws and claims what one look at every token would.</summary>
public class DrawTests
{
    private static readonly Gen<float> Normal =
        from a in Gen.Double[1e-9, 1]
        from b in Gen.Double[0, 1]
        select (float)(Math.Sqrt(-2 * Math.Log(a)) * Math.Cos(2 * Math.PI * b));

    private static readonly Gen<float[]> Random =
        from spread in Gen.Float[0.01f, 12]
        from values in Normal.Array[1, 300]
        select values.Select(value => value * spread).ToArray();

    // Of one token the others are as good as impossible, by some distance.
    private static readonly Gen<float[]> Peaked =
        from values in Random
        from peak in Gen.Float[0, 60]
        from at in Gen.Int[0, 299]
        select values.Select((value, token) => token == at % values.Length ? value + peak : value).ToArray();

    private static readonly Gen<float[]> Flat =
        from level in Gen.Float[-1e4f, 1e4f]
        from values in Normal.Array[1, 300]
        select values.Select(value => level + (value * 1e-3f)).ToArray();

    private static readonly Gen<float[]> Tied = Gen.Int[-3, 3].Select(step => step / 4f).Array[1, 300];

    private static readonly Gen<float[]> Masked =
        from values in Random
        from left in Gen.Int[0, 40]
        select values.Select((value, token) => (token * 7919) % 41 < left ? value : float.NegativeInfinity).ToArray();

    private static readonly Gen<float>[] Odd =
        [.. new[] { float.NaN, float.PositiveInfinity, -0f, 3e38f }.Select(value => Gen.Const(value))];

    private static readonly Gen<float[]> NoNumbers =
        from values in Random
        from others in Gen.Select(Gen.Int[0, 299], Gen.OneOf(Odd))
            .Array[1, 4]
        select others.Aggregate(values, (row, other) =>
            [.. row.Select((value, token) => token == other.Item1 % row.Length ? other.Item2 : value)]);

    private static readonly Gen<float[]> Logits = Gen.OneOf(Random, Peaked, Flat, Tied, Masked, NoNumbers);

    private static readonly Gen<double> Temperature =
        Gen.Double[Math.Log(1e-3), Math.Log(2)].Select(Math.Exp);

    private static readonly Gen<SamplingFilters> Filters =
        from topK in Gen.Int[0, 60]
        from topP in Gen.Double[0.01, 1]
        from minP in Gen.Double[0, 0.2]
        from uses in Gen.Int[1, 7]
        select new SamplingFilters
        {
            TopK = (uses & 1) != 0 ? topK : 0,
            TopP = (uses & 2) != 0 ? topP : 1,
            MinP = (uses & 4) != 0 ? minP : 0,
        };

    [Fact]
    public void The_token_is_that_of_the_definition() =>
        Gen.Select(Logits, Temperature, Gen.ULong, Gen.Int[0, 5_000]).Sample((logits, temperature, seed, position) =>
            Assert.Equal(
                PlainDraw.Sample(logits, Enumerable.Range(0, logits.Length), temperature, seed, position),
                GumbelMax.Sample(logits, temperature, seed, position)), iter: 8_000);

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-45)]
    [InlineData(1e-25)]
    [InlineData(100)]
    [InlineData(1e5)]
    [InlineData(1e300)]
    [InlineData(double.PositiveInfinity)]
    public void So_it_is_at_any_temperature(double temperature) =>
        Gen.Select(Logits, Gen.ULong).Sample((logits, seed) =>
            Assert.Equal(
                PlainDraw.Sample(logits, Enumerable.Range(0, logits.Length), temperature, seed, 1),
                GumbelMax.Sample(logits, temperature, seed, 1)), iter: 200);

    [Fact]
    public void Of_candidates_it_is_the_definitions_too() =>
        Gen.Select(Gen.OneOf(Random, Peaked, Flat, Tied, Masked), Filters, Temperature, Gen.ULong)
            .Sample((logits, filters, temperature, seed) =>
            {
                var left = new CandidateSet().Of(logits, filters).ToArray().Order();

                Assert.Equal(
                    PlainDraw.Sample(logits, left, temperature, seed, 3),
                    new Sampler(filters, temperature, seed).Draw(logits, 3));
            });

    /// <summary>What an audit compares a token with.</summary>
    [Fact]
    public void The_best_score_from_a_logit_on_is_that_of_the_definition() =>
        Gen.Select(Logits, Gen.Float[-20, 20], Temperature, Gen.ULong).Sample((logits, least, temperature, seed) =>
        {
            var scores = logits
                .Select((logit, token) => (Logit: logit, Score: PlainDraw.Score(logit, temperature, seed, 9, token)))
                .Where(one => one.Logit >= least)
                .Select(one => one.Score);

            Assert.Equal(
                scores.Append(double.NegativeInfinity).Max(),
                GumbelMax.Best(logits, least, temperature, seed, 9).Score);
        });

    [Fact]
    public void The_likeliest_are_those_of_the_definition() =>
        Gen.Select(Logits, Gen.Int[0, 24]).Sample((logits, count) =>
            Assert.Equal(PlainDraw.Likeliest(logits, count), LikeliestTokens.Of(logits, count)), iter: 3_000);

    [Fact]
    public void The_log_sum_exp_is_that_of_the_definition_but_for_rounding() =>
        Logits.Sample(logits =>
        {
            var (plain, found) = (PlainDraw.LogSumExp(logits), LogProbability.LogSumExp(logits));

            Assert.True(
                plain.Equals(found) || Math.Abs(plain - found) <= 1e-14 * (10 + Math.Abs(plain)),
                $"{found} where {plain} is expected");
        });
}
