using ILGPU;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as Q6_K blocks.</summary>
internal readonly struct SixBitSuperView(ArrayView<byte> bytes) : IWeightView
{
    private readonly ArrayView<byte> _bytes = bytes;

    public float At(long index)
    {
        var block = index / SixBitSuperBlock.Weights * SixBitSuperBlock.Bytes;
        var at = (int)(index % SixBitSuperBlock.Weights);
        int half = at / 128, quarter = at / 32 % 4, within = at % 32;
        int low = _bytes[block + (half * 64) + (quarter % 2 * 32) + within];
        int high = _bytes[block + SixBitSuperBlock.HighAt + (half * 32) + within];
        var bits = ((low >> (quarter / 2 * 4)) & 0xF) | (((high >> (quarter * 2)) & 3) << 4);
        var scale = (sbyte)_bytes[block + SixBitSuperBlock.ScalesAt + (at / SixBitSuperBlock.Part)];
        return Scale(block + SixBitSuperBlock.ScaleAt) * scale * (bits - SixBitSuperBlock.Zero);
    }

    private float Scale(long at) => HalfView.Decode((ushort)(_bytes[at] | (_bytes[at + 1] << 8)));
}
