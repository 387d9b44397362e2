using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Weights as Q6_K blocks: six bits with a scale for each 16.</summary>
internal readonly unsafe struct SixBitSuperWeights(byte* first, float* halves) : IWeights
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(long at) => Load(AddressOf(at), (int)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(byte* block, int at)
    {
        var within = at & (SixBitSuperBlock.Weights - 1);
        var (low, lowShift, high, highShift) = SixBitSuperBlock.PlaceOf(within);
        var upper = Vector128.ShiftRightLogical(Vector128.Load((ushort*)(block + high)), highShift)
            & Vector128.Create((ushort)0x0303);
        var bits = FourBitWeights.Nibbles(block + low, lowShift) | Vector128.ShiftLeft(upper, 4).AsByte();
        var values = bits.AsSByte() - Vector128.Create((sbyte)SixBitSuperBlock.Zero);
        var scale = halves[*(ushort*)(block + SixBitSuperBlock.ScaleAt)]
            * (sbyte)block[SixBitSuperBlock.ScalesAt + (within / SixBitSuperBlock.Part)];
        return Vector512.ConvertToSingle(EightBitWeights.Widen(values)) * scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint OffsetOf(int at) => (nint)((uint)at / SixBitSuperBlock.Weights) * SixBitSuperBlock.Bytes;

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
    public byte* AddressOf(long at) => first + ((long)((ulong)at / SixBitSuperBlock.Weights) * SixBitSuperBlock.Bytes);
}
