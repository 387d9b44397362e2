namespace Marketplace.Compute.Rendering.Numerics;

/// <summary>
/// The first two dimensions of Sobol's sequence, Owen-scrambled and shuffled by hashing (Burley 2020, with the hash of
/// Vegdahl 2021). Pairs with different seeds are independent of one another, so any number of them can be drawn.
/// </summary>
internal static class OwenSobol
{
    /// <summary>Point number <paramref name="index"/> of the pair with this seed, as two words.</summary>
    public static void Pair(uint index, uint seed, out uint first, out uint second)
    {
        var shuffled = ReverseBits(Permute(ReverseBits(index), seed));
        first = ReverseBits(Permute(shuffled, Hash(seed ^ 0x9E3779B9u)));
        second = ReverseBits(Permute(Pascal(shuffled), Hash(seed ^ 0x85EBCA6Bu)));
    }

    /// <summary>A well mixed word (Wellons' lowbias32).</summary>
    public static uint Hash(uint x)
    {
        x ^= x >> 16;
        x *= 0x7FEB352Du;
        x ^= x >> 15;
        x *= 0x846CA68Bu;

        return x ^ (x >> 16);
    }

    public static uint ReverseBits(uint x)
    {
        x = (x >> 16) | (x << 16);
        x = ((x >> 8) & 0x00FF00FFu) | ((x & 0x00FF00FFu) << 8);
        x = ((x >> 4) & 0x0F0F0F0Fu) | ((x & 0x0F0F0F0Fu) << 4);
        x = ((x >> 2) & 0x33333333u) | ((x & 0x33333333u) << 2);

        return ((x >> 1) & 0x55555555u) | ((x & 0x55555555u) << 1);
    }

    /// <summary>
    /// The second dimension's matrix, Pascal's triangle modulo 2, with the result's bits reversed: by Lucas' theorem
    /// bit j is the parity of the bits whose number contains j.
    /// </summary>
    public static uint Pascal(uint x)
    {
        x ^= (x >> 1) & 0x55555555u;
        x ^= (x >> 2) & 0x33333333u;
        x ^= (x >> 4) & 0x0F0F0F0Fu;
        x ^= (x >> 8) & 0x00FF00FFu;

        return x ^ ((x >> 16) & 0x0000FFFFu);
    }

    /// <summary>Flips each bit by a hash of the lower ones: Owen's scrambling, from the wrong end.</summary>
    private static uint Permute(uint x, uint seed)
    {
        x ^= x * 0x3D20ADEAu;
        x += seed;
        x *= (seed >> 16) | 1u;
        x ^= x * 0x05526C56u;

        return x ^ (x * 0x53A22864u);
    }
}
