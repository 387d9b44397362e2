using CsCheck;
using Marketplace.Compute.Inference.Sampling;

namespace Marketplace.Compute.Inference.Tests.Sampling;

public class SamplerTests
{
    private const int Position = 5;

    // Steps of a quarter make ties, which must go to the lower token.
    private static readonly Gen<float[]> Logits = Gen.Int[-40, 40].Select(step => step / 4f).Array[1, 60];

    private static readonly Gen<SamplingFilters> Filters =
        from topK in Gen.Int[0, 20]
        from topP in Gen.Double[0, 1]
        from minP in Gen.Double[0, 0.4]
        from uses in Gen.Int[0, 7]
        select new SamplingFilters
        {
            TopK = (uses & 1) != 0 ? topK : 0,
            TopP = (uses & 2) != 0 ? topP : 1,
            MinP = (uses & 4) != 0 ? minP : 0,
        };

    // Drawn by their bits, so that every magnitude comes as often, down to the numbers without a leading one.
    private static readonly Gen<double> Temperatures = Gen.OneOf(
        Gen.Double[0.001, 2],
        Gen.Long[1, BitConverter.DoubleToInt64Bits(2)].Select(BitConverter.Int64BitsToDouble),
        Gen.Long[1, 1L << 52].Select(BitConverter.Int64BitsToDouble));

    [Fact]
    public void Filters_leave_what_their_definitions_leave() =>
        Gen.Select(Logits, Filters).Sample((logits, filters) =>
        {
            var left = new CandidateSet().Of(logits, filters).ToArray();

            Assert.Equal(Defined(logits, filters).Order(), left.Order());
        });

    [Fact]
    public void A_set_that_is_asked_again_answers_the_same() =>
        Gen.Select(Logits, Filters, Logits).Sample((logits, filters, others) =>
        {
            var used = new CandidateSet();
            _ = used.Of(others, filters).ToArray();

            Assert.Equal(new CandidateSet().Of(logits, filters).ToArray(), used.Of(logits, filters).ToArray());
        });

    [Fact]
    public void What_is_drawn_is_the_best_of_what_the_filters_leave() =>
        Gen.Select(Logits, Filters, Gen.ULong, Gen.Double[0.1, 2]).Sample((logits, filters, seed, temperature) =>
        {
            var left = Defined(logits, filters);
            var banned = logits.Select((logit, token) => left.Contains(token) ? logit : float.NegativeInfinity).ToArray();

            Assert.Equal(
                GumbelMax.Sample(banned, temperature, seed, Position),
                new Sampler(filters, temperature, seed).Draw(logits, Position));
        });

    [Fact]
    public void Greedy_takes_the_likeliest_whatever_the_filters_leave() =>
        Gen.Select(Logits, Filters).Sample((logits, filters) =>
            Assert.Equal(Array.IndexOf(logits, logits.Max()), new Sampler(filters, 0, 1).Draw(logits, Position)));

    [Fact]
    public void What_is_drawn_wins_at_any_temperature_and_every_other_token_loses_by_a_number() =>
        Gen.Select(Logits, Filters, Gen.ULong, Temperatures).Sample((logits, filters, seed, temperature) =>
        {
            var sampler = new Sampler(filters, temperature, seed);
            var drawn = sampler.Draw(logits, Position);

            Assert.Equal((0, false), sampler.Margin(logits, Position, drawn, 1e-4));
            Assert.All(Enumerable.Range(0, logits.Length), token =>
                Assert.True(sampler.Margin(logits, Position, token, 1e-4).Margin >= 0));
        });

    [Theory]
    [InlineData(0)]
    [InlineData(double.Epsilon)]
    [InlineData(1)]
    public void A_token_that_has_no_mass_loses_by_all_there_is(double temperature)
    {
        var sampler = new Sampler(SamplingFilters.None, temperature, 1);

        float[] one = [float.NegativeInfinity, 1];
        float[] none = [float.NegativeInfinity, float.NegativeInfinity];
        Assert.Equal(double.PositiveInfinity, sampler.Margin(one, Position, 0, 1e-4).Margin);
        Assert.Equal(double.PositiveInfinity, sampler.Margin(none, Position, 0, 1e-4).Margin);
    }

    [Fact]
    public void Bias_bans_and_forces_and_passes_over_tokens_that_are_not_there()
    {
        float[] logits = [1, 5, 2];
        int Draw(params (int Token, float Bias)[] bias) => new Sampler(
            new() { Bias = bias.ToDictionary(one => one.Token, one => one.Bias) }, 0, 0).Draw(logits, Position);

        Assert.Equal(1, Draw());
        Assert.Equal(2, Draw((1, -100)));
        Assert.Equal(0, Draw((0, 100)));
        Assert.Equal(1, Draw((3, 100), (-1, 100), (int.MaxValue, 100)));
    }

    [Fact]
    public void Presence_counts_once_frequency_every_time_and_the_prompt_for_neither()
    {
        float[] logits = [10, 9.5f, 9];
        int Draw(SamplingFilters filters, int[] prompt, params int[] text)
        {
            var sampler = new Sampler(filters, 0, 0);
            sampler.See(prompt);
            Array.ForEach(text, sampler.Take);
            return sampler.Draw(logits, Position);
        }

        var presence = new SamplingFilters { PresencePenalty = 0.6 };
        Assert.Equal(0, Draw(presence, [0, 0]));
        Assert.Equal(1, Draw(presence, [], 0));
        Assert.Equal(0, Draw(presence, [], 0, 0, 1));

        var frequency = new SamplingFilters { FrequencyPenalty = 0.4 };
        Assert.Equal(0, Draw(frequency, [0, 0, 0], 0));
        Assert.Equal(1, Draw(frequency, [], 0, 0));
        Assert.Equal(2, Draw(frequency, [], 0, 0, 0, 1, 1));
    }

    [Fact]
    public void Repetition_lowers_logits_of_either_sign_and_counts_the_prompt()
    {
        var filters = new SamplingFilters { RepetitionPenalty = 2 };
        int Draw(float[] logits, params int[] prompt)
        {
            var sampler = new Sampler(filters, 0, 0);
            sampler.See(prompt);
            return sampler.Draw(logits, Position);
        }

        Assert.Equal(0, Draw([3, 2]));
        Assert.Equal(1, Draw([3, 2], 0));
        Assert.Equal(1, Draw([-3, -5], 0));
        Assert.Equal(0, Draw([3, 2], 0, 1));
    }

    [Fact]
    public void Log_probabilities_are_those_of_the_softmax_the_likeliest_first() =>
        Gen.Select(Logits, Gen.Int[0, 20], Gen.Int[0, 59]).Sample((logits, count, some) =>
        {
            var chosen = some % logits.Length;
            var exact = Twin.SoftMax(logits);
            var order = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).Take(count);

            var told = LogProbability.Of(logits, chosen, count);

            Assert.Equal(order.Prepend(chosen), told.Select(one => one.Token));
            Assert.All(told, one => Assert.Equal(exact[one.Token], Math.Exp(one.Value), 1e-5));
        });

    /// <summary>Every filter in the words of its definition, over sorted lists.</summary>
    private static HashSet<int> Defined(float[] logits, SamplingFilters filters)
    {
        // A sort by linq is stable: ties stay in the order of the tokens.
        var left = Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).ToList();

        if (filters.TopK > 0)
        {
            left = [.. left.Take(filters.TopK)];
        }

        double Weight(int token) => Math.Exp((double)logits[token] - logits.Max());

        if (filters.TopP < 1)
        {
            var wanted = filters.TopP * left.Order().Sum(Weight);
            var kept = 0;

            for (var sum = 0.0; kept < left.Count && (kept == 0 || sum < wanted); kept++)
            {
                sum += Weight(left[kept]);
            }

            left = [.. left.Take(kept)];
        }

        return [.. left.Where(token => Weight(token) >= filters.MinP * (1 - 1e-6))];
    }
}
