using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Weights as F16: finite ones are decoded exactly.</summary>
internal readonly unsafe struct HalfWeights(short* first) : IWeights
{
    /// <summary>2^112: moves a half's exponent, placed in a float's bits, to where it belongs.</summary>
    public const float Scale = 5.192296858534828e33f;

    /// <summary>
    /// Sign and the other bits go to their places in a float, then one multiplication mends the exponent.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(long at)
    {
        var bits = Vector512.ShiftLeft(Widen(Vector256.Load(first + at)), 13) & Vector512.Create(
            unchecked((int)0x8FFFE000));
        return bits.AsSingle() * Scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(long at) => (float)BitConverter.Int16BitsToHalf(first[at]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(long at)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(first + at);
            Sse.Prefetch0(first + at + 32);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Widen(Vector256<short> halves) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Int32(halves)
        : Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves));
}
