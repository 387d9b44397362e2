using CsCheck;
using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Tests.Ledger;

public sealed class SplitTests
{
    private static readonly Gen<(Usdc Amount, long[] Weights)> Cases = Gen.Select(
        Gen.Long[0, 1_000_000_000_000_000].Select(Usdc.FromMicros),
        Gen.Long[0, 1_000_000].Array[1, 12].Where(weights => weights.Sum() > 0));

    [Fact]
    public void Any_split_is_exact_and_each_part_is_within_one_micro_of_its_share() => Cases.Sample((amount, weights) =>
    {
        var parts = Split.ByWeights(amount, weights);
        var total = (Int128)weights.Sum();

        Assert.Equal(amount.Micros, parts.Sum(part => part.Micros));
        Assert.All(parts.Index(), part =>
        {
            var scaled = (Int128)part.Item.Micros * total;
            var share = (Int128)amount.Micros * weights[part.Index];
            Assert.True(Int128.Abs(scaled - share) < total);
        });
    });

    [Fact]
    public void Who_weighs_nothing_gets_nothing() => Cases.Sample((amount, weights) =>
        Assert.All(Split.ByWeights(amount, weights).Zip(weights), pair => Assert.True(pair.Second > 0 || pair.First == Usdc.Zero)));

    [Fact]
    public void Ties_go_to_the_first() =>
        Assert.Equal([4, 3, 3], Split.ByWeights(Usdc.FromMicros(10), [1, 1, 1]).Select(part => part.Micros));

    [Fact]
    public void Weights_that_sum_to_nothing_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Split.ByWeights(Usdc.FromMicros(1), [0, 0]));
}
