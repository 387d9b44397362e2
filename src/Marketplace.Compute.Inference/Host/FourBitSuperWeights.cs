using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Weights as Q4_K blocks: nibbles with a scale and a least value for each 32.</summary>
internal readonly unsafe struct FourBitSuperWeights(byte* first, float* halves) : IWeights
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(long at) => Load(AddressOf(at), (int)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Load(byte* block, int at)
    {
        var within = at & (FourBitSuperBlock.Weights - 1);
        var part = within / FourBitSuperBlock.Part;
        var nibbles = FourBitWeights.Nibbles(
            block + FourBitSuperBlock.NibblesAt + (part / 2 * FourBitSuperBlock.Part) + (within & 16), (part & 1) * 4);
        var (scale, least) = FourBitSuperBlock.PartOf(part, new(block + FourBitSuperBlock.ScalesAt, 12));
        var values = Vector512.ConvertToSingle(EightBitWeights.Widen(nibbles.AsSByte()));
        return (values * (halves[*(ushort*)block] * scale))
            - Vector512.Create(halves[*(ushort*)(block + 2)] * least);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint OffsetOf(int at) => (nint)((uint)at / FourBitSuperBlock.Weights) * FourBitSuperBlock.Bytes;

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
    public byte* AddressOf(long at) =>
        first + ((long)((ulong)at / FourBitSuperBlock.Weights) * FourBitSuperBlock.Bytes);
}
