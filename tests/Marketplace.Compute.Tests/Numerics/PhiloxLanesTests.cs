using Marketplace.Compute.Numerics;

namespace Marketplace.Compute.Tests.Numerics;

public class PhiloxLanesTests
{
    [Theory]
    [InlineData(0UL, 0u, 0u)]
    [InlineData(ulong.MaxValue, uint.MaxValue, uint.MaxValue - 20)]
    [InlineData(0x0370_7344_1319_8A2EUL, 0x243F_6A88u, 0x05A3_08D3u)]
    [InlineData(42UL, 1_000u, 128_240u)]
    public void Every_lane_is_the_generators_first_word(ulong key, uint c0, uint c1)
    {
        var words = PhiloxLanes.FirstWords(key, c0, c1);

        Assert.Equal(
            Enumerable.Range(0, PhiloxLanes.Count).Select(lane => Philox.Words(key, c0, c1 + (uint)lane, 0, 0).A),
            Enumerable.Range(0, PhiloxLanes.Count).Select(lane => words[lane]));
    }
}
