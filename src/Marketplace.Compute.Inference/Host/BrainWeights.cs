using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Weights as BF16: the upper half of a float.</summary>
internal readonly unsafe struct BrainWeights(ushort* first) : IWeights
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(long at) => Load((byte*)(first + at), 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(byte* block, int at) =>
        Vector512.ShiftLeft(Widen(Vector256.Load((ushort*)block)), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint OffsetOf(int at) => (nint)at * sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(long at) => BitConverter.UInt32BitsToSingle((uint)first[at] << 16);

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
    private static Vector512<uint> Widen(Vector256<ushort> halves) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512UInt32(halves)
        : Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves));
}
