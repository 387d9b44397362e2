using ILGPU;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as Q8_0 blocks, seen as 16-bit words: the scale, then two signed bytes a word.</summary>
internal readonly struct EightBitView(ArrayView<ushort> words) : IWeightView
{
    private const int BlockWords = RowFormat.Q8BlockBytes / 2;

    private readonly ArrayView<ushort> _words = words;

    public float At(long index)
    {
        var block = index / RowFormat.Q8Block * BlockWords;
        var within = (int)(index % RowFormat.Q8Block);
        int word = _words[block + 1 + (within >> 1)];
        var value = (sbyte)((within & 1) == 0 ? word & 0xFF : word >> 8);

        return HalfView.Decode(_words[block]) * value;
    }
}
