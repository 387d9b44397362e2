using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Weights as F16: finite ones are decoded exactly.</summary>
internal readonly unsafe struct HalfWeights(short* first) : IWeights
{
    /// <summary>Sign of a half that was widened with its sign and moved to a float's place.</summary>
    private const int Sign = int.MinValue;

    /// <summary>Exponent and fraction of such a half.</summary>
    private const int Magnitude = 0x0FFFE000;

    /// <summary>What a float's exponent counts more than a half's, at its place.</summary>
    private const int ExponentShift = 112 << 23;

    /// <summary>2^-14: the least half that is not subnormal.</summary>
    private const float LeastNormal = 1f / (1 << 14);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(long at) => Load((byte*)(first + at), 0);

    /// <summary>
    /// Exponent and fraction go to their places in a float and the exponent is mended, in whole numbers: a subnormal
    /// half would else be a subnormal float for a moment, on which some processors spend a hundred times as long. A
    /// subnormal half then comes out as if it had a leading one, a = (1 + f) 2^-15 instead of f 2^-14 = 2a - 2^-14,
    /// and the latter is less than a for these alone.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(byte* block, int at)
    {
        var bits = Vector512.ShiftLeft(Widen(Vector256.Load((short*)block)), 13);
        var a = ((bits & Vector512.Create(Magnitude)) + Vector512.Create(ExponentShift)).AsSingle();
        var subnormal = Vector512.FusedMultiplyAdd(a, Vector512.Create(2f), Vector512.Create(-LeastNormal));
        var size = Vector512.MinNative(a, subnormal);
        return (size.AsInt32() | (bits & Vector512.Create(Sign))).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint OffsetOf(int at) => (nint)at * sizeof(short);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(long at) => (float)BitConverter.Int16BitsToHalf(first[at]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* AddressOf(long at) => (byte*)(first + at);

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
