namespace Marketplace.Compute.Inference.Grammars;

/// <summary>Some of the 256 bytes.</summary>
internal readonly record struct ByteSet(ulong A, ulong B, ulong C, ulong D)
{
    public static ByteSet Of(params ReadOnlySpan<byte> bytes)
    {
        Span<ulong> words = stackalloc ulong[4];
        words.Clear();

        foreach (var one in bytes)
        {
            words[one >> 6] |= 1UL << (one & 63);
        }

        return new(words[0], words[1], words[2], words[3]);
    }

    /// <summary>Both ends belong to it.</summary>
    public static ByteSet Range(int from, int to)
    {
        Span<byte> bytes = stackalloc byte[to - from + 1];

        for (var at = 0; at < bytes.Length; at++)
        {
            bytes[at] = (byte)(from + at);
        }

        return Of(bytes);
    }

    public static ByteSet operator |(ByteSet one, ByteSet other) =>
        new(one.A | other.A, one.B | other.B, one.C | other.C, one.D | other.D);

    public ByteSet Without(ByteSet other) => new(A & ~other.A, B & ~other.B, C & ~other.C, D & ~other.D);

    public bool Contains(byte value)
    {
        var word = (value >> 6) switch
        {
            0 => A,
            1 => B,
            2 => C,
            _ => D,
        };
        return ((word >> (value & 63)) & 1) != 0;
    }
}
