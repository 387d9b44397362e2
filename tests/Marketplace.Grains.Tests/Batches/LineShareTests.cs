using CsCheck;
using Marketplace.Grains.Batches;

namespace Marketplace.Grains.Tests.Batches;

public sealed class LineShareTests
{
    private const int AccountMax = 12;
    private const int BatchMax = 5;

    [Fact]
    public void No_order_of_asking_gives_an_account_more_than_it_may_have_and_everyone_comes_to_its_share() =>
        Gen.Select(Gen.Int[1, AccountMax], Gen.Int[0, 10_000].Array[0, 60]).Sample(
            (batches, steps) =>
            {
                var given = new int[batches];
                var (underWay, most) = (new int[batches], 0);
                var come = new HashSet<int>();

                // A batch asks, the first time or with some of its lines ended.
                foreach (var step in steps)
                {
                    var at = step % batches;
                    Ask(at, underWay[at] - Math.Min(underWay[at], step / batches % (BatchMax + 1)));
                }

                // From any place, when lines end, a few rounds lead to the even share.
                for (var round = 0; round < 3; round++)
                {
                    for (var at = 0; at < batches; at++)
                    {
                        Ask(at, 0);
                    }
                }

                Assert.InRange(most, 0, AccountMax);
                Assert.All(given, lines => Assert.Equal(Math.Min(BatchMax, AccountMax / batches), lines));

                void Ask(int at, int left)
                {
                    come.Add(at);
                    given[at] = LineShare.Of(AccountMax, BatchMax, come.Count, given.Sum() - given[at], left);
                    underWay[at] = given[at];
                    most = Math.Max(most, given.Sum());
                }
            },
            threads: 1);

    [Theory]
    [InlineData(1, 0, 0, 5)]
    [InlineData(2, 10, 0, 2)]
    [InlineData(2, 12, 0, 0)]
    [InlineData(12, 0, 0, 1)]
    [InlineData(40, 0, 0, 1)]
    [InlineData(40, 12, 0, 0)]
    [InlineData(4, 12, 4, 4)]
    public void A_share_is_even_and_lines_under_way_are_not_called_back(
        int batches, int others, int underWay, int lines) =>
        Assert.Equal(lines, LineShare.Of(AccountMax, BatchMax, batches, others, underWay));
}
