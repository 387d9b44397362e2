using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Compute.Numerics;

/// <summary>
/// <see cref="Philox"/> for neighbouring counters at once, on processors: the same words bit for bit.
/// </summary>
public static class PhiloxLanes
{
    /// <summary>Counters that are done together.</summary>
    public const int Count = 16;

    private static readonly Vector512<ulong> Places = Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);

    /// <summary>
    /// The first word of <see cref="Philox.Words"/> for the second counter words from one on, the last two being 0.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="c0">First counter word of all.</param>
    /// <param name="c1">Second counter word of the first lane; each lane's is one more.</param>
    public static Vector512<uint> FirstWords(ulong key, uint c0, uint c1) => Vector512.Narrow(
        FirstWords(key, c0, Vector512.Create((ulong)c1) + Places),
        FirstWords(key, c0, Vector512.Create((ulong)c1 + (Count / 2)) + Places));

    // A word is the lower half of an element; what the upper halves hold is never looked at.
    private static Vector512<ulong> FirstWords(ulong key, uint first, Vector512<ulong> c1)
    {
        var (k0, k1) = (key & uint.MaxValue, key >> 32);
        var (c0, c2, c3) = (Vector512.Create((ulong)first), Vector512<ulong>.Zero, Vector512<ulong>.Zero);

        for (var round = 0; round < Philox.Rounds; round++)
        {
            var product0 = Product(c0, Philox.Multiplier0);
            var product1 = Product(c2, Philox.Multiplier1);
            c0 = (product1 >>> 32) ^ c1 ^ Vector512.Create(k0);
            c2 = (product0 >>> 32) ^ c3 ^ Vector512.Create(k1);
            (c1, c3) = (product1, product0);
            k0 = unchecked(k0 + Philox.Weyl0);
            k1 = unchecked(k1 + Philox.Weyl1);
        }

        return c0 & Vector512.Create((ulong)uint.MaxValue);
    }

    /// <summary>64 bits of the lower halves' products: one instruction where there is one.</summary>
    private static Vector512<ulong> Product(Vector512<ulong> words, uint by)
    {
        var factor = Vector512.Create((ulong)by);

        return Avx512F.IsSupported ? Avx512F.Multiply(words.AsUInt32(), factor.AsUInt32())
            : Avx2.IsSupported ? Vector512.Create(
                Avx2.Multiply(words.GetLower().AsUInt32(), factor.GetLower().AsUInt32()),
                Avx2.Multiply(words.GetUpper().AsUInt32(), factor.GetUpper().AsUInt32()))
            : (words & Vector512.Create((ulong)uint.MaxValue)) * factor;
    }
}
