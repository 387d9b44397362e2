using CsCheck;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Verification;

public sealed class LeafProofTests
{
    [Theory]
    [InlineData(63, 1, 0, LeafVerdict.Uninformative)]
    [InlineData(63, 0, 0.0099, LeafVerdict.Uninformative)]
    [InlineData(63, 1, 0.01, LeafVerdict.ThirdOpinion)]
    [InlineData(0, 0, double.PositiveInfinity, LeafVerdict.ThirdOpinion)]
    [InlineData(64, 1, 0, LeafVerdict.Accepted)]
    [InlineData(64, 0.97, 0.0099, LeafVerdict.Accepted)]
    [InlineData(64, 0.97, 0.01, LeafVerdict.ThirdOpinion)]
    [InlineData(64, 0.969, 0, LeafVerdict.ThirdOpinion)]
    [InlineData(64, 0.90, 0, LeafVerdict.ThirdOpinion)]
    [InlineData(64, 0.899, 0, LeafVerdict.Rejected)]
    [InlineData(64, double.NaN, 0, LeafVerdict.Rejected)]
    [InlineData(64, 1, double.NaN, LeafVerdict.ThirdOpinion)]
    public void A_leaf_stands_by_its_noisy_pixels(int informative, double agreeing, double mean, LeafVerdict verdict) =>
        Assert.Equal(verdict, LeafJudge.Judge(new(4_096, informative, agreeing, mean, 0)));

    [Theory]
    [InlineData(4_096, 0, 122, LeafVerdict.Uninformative)]
    [InlineData(4_096, 0, 123, LeafVerdict.ThirdOpinion)]
    [InlineData(4_096, 0, 1_024, LeafVerdict.ThirdOpinion)]
    [InlineData(4_096, 0, 1_025, LeafVerdict.Rejected)]
    [InlineData(4_096, 64, 122, LeafVerdict.Accepted)]
    [InlineData(4_096, 64, 123, LeafVerdict.ThirdOpinion)]
    [InlineData(4_096, 64, 1_025, LeafVerdict.Rejected)]
    [InlineData(16, 0, 2, LeafVerdict.Uninformative)]
    [InlineData(16, 0, 3, LeafVerdict.ThirdOpinion)]
    [InlineData(1, 0, 1, LeafVerdict.Uninformative)]
    [InlineData(100, 0, 3, LeafVerdict.Uninformative)]
    [InlineData(100, 0, 4, LeafVerdict.ThirdOpinion)]
    [InlineData(100, 0, 63, LeafVerdict.ThirdOpinion)]
    [InlineData(100, 0, 64, LeafVerdict.Rejected)]
    public void A_leaf_falls_by_its_pixels_without_noise(int pixels, int informative, int astray, LeafVerdict verdict) =>
        Assert.Equal(verdict, LeafJudge.Judge(new(pixels, informative, 1, 0, astray)));

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

                // Who stands in for a leaf that tells nothing is drawn by the same secret.
                var order = UnitCommitment.DrawInOrder(secret, root, leaves, leaves);
                Assert.Equal(drawn, order.Take(wanted).Order());
                Assert.Equal(Enumerable.Range(0, leaves), order.Order());
            });

    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 1)]
    [InlineData(17, 2)]
    [InlineData(256, 16)]
    public void A_unit_has_a_leaf_for_every_sixteen_samples(int samples, int leaves) =>
        Assert.Equal(leaves, UnitCommitment.LeafCount(samples));

    [Fact]
    public void A_root_hangs_on_every_leaf_and_their_order()
    {
        ReadOnlyMemory<byte> one = new byte[] { 1 }, two = new byte[] { 2 };

        Assert.Equal(UnitCommitment.Root("rnd_1", [one, two]), UnitCommitment.Root("rnd_1", [one, two]));
        Assert.NotEqual(UnitCommitment.Root("rnd_1", [one, two]), UnitCommitment.Root("rnd_1", [two, one]));
        Assert.NotEqual(UnitCommitment.Root("rnd_1", [one, two]), UnitCommitment.Root("rnd_2", [one, two]));
        Assert.NotEqual(UnitCommitment.Root("rnd_1", [one, two]), UnitCommitment.Root("rnd_1", [one]));
    }

    [Fact]
    public void A_unit_is_as_good_as_its_worst_leaf_that_tells_something()
    {
        Assert.Null(UnitVerdict.Of([(LeafVerdict.Uninformative, 0)]));
        Assert.Equal(
            new UnitVerdict(LeafVerdict.Accepted, 2, 980_000, null),
            UnitVerdict.Of([(LeafVerdict.Accepted, 1), (LeafVerdict.Uninformative, 0), (LeafVerdict.Accepted, 0.98)]));
        Assert.Equal(
            new UnitVerdict(LeafVerdict.ThirdOpinion, 2, 950_000, UnitVerdict.NearSamples),
            UnitVerdict.Of([(LeafVerdict.ThirdOpinion, 0.95), (LeafVerdict.Accepted, 1)]));
        Assert.Equal(
            new UnitVerdict(LeafVerdict.Rejected, 2, 0, UnitVerdict.OtherSamples),
            UnitVerdict.Of([(LeafVerdict.ThirdOpinion, 0.95), (LeafVerdict.Rejected, double.NaN)]));
    }

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
