using ILGPU;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as Q4_K blocks.</summary>
internal readonly struct FourBitSuperView(ArrayView<byte> bytes) : IWeightView
{
    private readonly ArrayView<byte> _bytes = bytes;

    public float At(long index)
    {
        var block = index / FourBitSuperBlock.Weights * FourBitSuperBlock.Bytes;
        var within = (int)(index % FourBitSuperBlock.Weights);
        var part = within / FourBitSuperBlock.Part;
        var at = block + FourBitSuperBlock.NibblesAt + (part / 2 * FourBitSuperBlock.Part)
            + (within % FourBitSuperBlock.Part);
        var nibble = (_bytes[at] >> ((part & 1) * 4)) & 0xF;
        var scales = block + FourBitSuperBlock.ScalesAt;

        // As FourBitSuperBlock.PartOf: six bits each, the upper two of the last four parts with the first four.
        int scale, least;

        if (part < 4)
        {
            scale = _bytes[scales + part] & 63;
            least = _bytes[scales + part + 4] & 63;
        }
        else
        {
            scale = (_bytes[scales + part + 4] & 0xF) | (_bytes[scales + part - 4] >> 6 << 4);
            least = (_bytes[scales + part + 4] >> 4) | (_bytes[scales + part] >> 6 << 4);
        }

        return (Scale(block) * scale * nibble) - (Scale(block + 2) * least);
    }

    private float Scale(long at) => HalfView.Decode((ushort)(_bytes[at] | (_bytes[at + 1] << 8)));
}
