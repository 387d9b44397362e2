using CsCheck;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Verification;

public sealed class LeafProofTests
{
    [Theory]
    [InlineData(63, 1, 0, LeafVerdict.Uninformative)]
    [InlineData(64, 1, 0, LeafVerdict.Accepted)]
    [InlineData(64, 0.97, 0.0099, LeafVerdict.Accepted)]
    [InlineData(64, 0.97, 0.01, LeafVerdict.ThirdOpinion)]
    [InlineData(64, 0.969, 0, LeafVerdict.ThirdOpinion)]
    [InlineData(64, 0.90, 0, LeafVerdict.ThirdOpinion)]
    [InlineData(64, 0.899, 0, LeafVerdict.Rejected)]
    [InlineData(64, double.NaN, 0, LeafVerdict.Rejected)]
    [InlineData(64, 1, double.NaN, LeafVerdict.ThirdOpinion)]
    public void A_leaf_stands_by_its_noisy_pixels(int informative, double agreeing, double mean, LeafVerdict verdict) =>
        Assert.Equal(verdict, LeafJudge.Judge(informative, agreeing, mean));

    [Fact]
    public void A_draw_is_of_different_leaves_and_hangs_on_the_root() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[32], Gen.Int[1, 300], Gen.Int[0, 40]).Sample(
            (secret, root, leaves, wanted) =>
            {
                var drawn = UnitCommitment.Draw(secret, root, leaves, wanted);

                Assert.Equal(Math.Min(leaves, wanted), drawn.Count);
                Assert.Equal(drawn.Distinct().Order(), drawn);
                Assert.All(drawn, place => Assert.InRange(place, 0, leaves - 1));
                Assert.Equal(drawn, UnitCommitment.Draw(secret, root, leaves, wanted));
            });

    [Fact]
    public void Every_leaf_is_drawn_as_often_as_any_other()
    {
        const int Leaves = 16, Wanted = 4, Rounds = 8_000;
        var hits = new int[Leaves];

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var place in UnitCommitment.Draw([1, 2, 3], BitConverter.GetBytes(round), Leaves, Wanted))
            {
                hits[place]++;
            }
        }

        // Six standard deviations of a binomial count.
        const double Mean = Rounds * Wanted / (double)Leaves;
        Assert.All(hits, hit => Assert.InRange(hit, Mean - 235, Mean + 235));
    }

    [Fact]
    public void A_leaf_under_another_work_is_another_leaf()
    {
        byte[] sums = [1, 2, 3, 4];

        Assert.NotEqual(UnitCommitment.Leaf("rnd_1", sums), UnitCommitment.Leaf("rnd_2", sums));
        Assert.NotEqual(UnitCommitment.Leaf("rnd_1", sums), UnitCommitment.Leaf("rnd_", [(byte)'1', .. sums]));
        Assert.NotEqual(UnitCommitment.Leaf("rnd_1", sums), UnitCommitment.Leaf("rnd_1", [1, 2, 3, 5]));
    }
}
