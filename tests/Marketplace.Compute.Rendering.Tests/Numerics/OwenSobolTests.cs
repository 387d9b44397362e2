using CsCheck;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tests.Numerics;

public sealed class OwenSobolTests
{
    [Fact]
    public void Any_aligned_run_of_sixteen_fills_every_elementary_interval_once() => Gen.Select(
        Gen.UInt, Gen.UInt[0, 1000]).Sample((seed, run) =>
        {
            for (var columnBits = 0; columnBits <= 4; columnBits++)
            {
                var cells = new HashSet<uint>();

                for (var i = 0u; i < 16; i++)
                {
                    OwenSobol.Pair((run * 16) + i, seed, out var x, out var y);
                    var column = columnBits == 0 ? 0u : x >> (32 - columnBits);
                    var row = columnBits == 4 ? 0u : y >> (28 + columnBits);
                    cells.Add((column * 100) + row);
                }

                Assert.Equal(16, cells.Count);
            }
        });

    [Fact]
    public void Pairs_of_different_seeds_are_not_alike() => Gen.Select(Gen.UInt, Gen.UInt).Sample((a, b) =>
    {
        var alike = 0;

        for (var i = 0u; i < 64 && a != b; i++)
        {
            OwenSobol.Pair(i, OwenSobol.Hash(a), out var x, out _);
            OwenSobol.Pair(i, OwenSobol.Hash(b), out var other, out _);
            alike += x >> 28 == other >> 28 ? 1 : 0;
        }

        return alike < 40;
    });

    [Fact]
    public void Reversing_bits_twice_changes_nothing() =>
        Gen.UInt.Sample(x => OwenSobol.ReverseBits(OwenSobol.ReverseBits(x)) == x);
}
