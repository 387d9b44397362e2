using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Weights as Q4_0 blocks: a scale and 32 nibbles.</summary>
internal readonly unsafe struct FourBitWeights(byte* first, float* halves) : IWeights
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(long at) => Load(AddressOf(at), (int)at);

    /// <summary>Half a block: one nibble of each of its bytes. Rows are whole blocks, so no load crosses one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(byte* block, int at)
    {
        var nibbles = Nibbles(block + FourBitBlock.NibblesAt, (at & 16) >> 2);
        var values = nibbles.AsSByte() - Vector128.Create((sbyte)FourBitBlock.Zero);
        return Vector512.ConvertToSingle(EightBitWeights.Widen(values)) * halves[*(ushort*)block];
    }

    /// <summary>The lower nibbles of 16 bytes for a shift of 0, the upper for one of 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<byte> Nibbles(byte* bytes, int shift) =>
        Vector128.ShiftRightLogical(Vector128.Load((ushort*)bytes), shift).AsByte() & Vector128.Create((byte)0xF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint OffsetOf(int at) => (nint)((uint)at / FourBitBlock.Weights) * FourBitBlock.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(long at) => Load(at & ~15L)[(int)(at & 15)];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(long at)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(AddressOf(at));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* AddressOf(long at) => first + ((long)((ulong)at / FourBitBlock.Weights) * FourBitBlock.Bytes);
}
