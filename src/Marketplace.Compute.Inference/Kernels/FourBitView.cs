using ILGPU;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as Q4_0 blocks.</summary>
internal readonly struct FourBitView(ArrayView<byte> bytes) : IWeightView
{
    private readonly ArrayView<byte> _bytes = bytes;

    public float At(long index)
    {
        var block = index / FourBitBlock.Weights * FourBitBlock.Bytes;
        var within = (int)(index % FourBitBlock.Weights);
        int pair = _bytes[block + FourBitBlock.NibblesAt + (within & 15)];
        return Scale(block) * (((pair >> ((within >> 4) * 4)) & 0xF) - FourBitBlock.Zero);
    }

    private float Scale(long at) => HalfView.Decode((ushort)(_bytes[at] | (_bytes[at + 1] << 8)));
}
