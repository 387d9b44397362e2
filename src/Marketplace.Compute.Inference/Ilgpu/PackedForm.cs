using System.Diagnostics;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>What of a stored block goes where in device memory.</summary>
/// <param name="Weights">Weights of a block; of forms without blocks, of a piece.</param>
/// <param name="Bytes">Bytes of a block in the file.</param>
/// <param name="Words">Of these, the words that are kept as words.</param>
/// <param name="WordsAt">Where they begin.</param>
/// <param name="ScaleAt">Where the 16 bits are that are kept beside the words; null where there are none.</param>
internal sealed record PackedForm(int Weights, int Bytes, int Words, int WordsAt = 0, int? ScaleAt = null)
{
    /// <summary>Of a form of storage.</summary>
    public static PackedForm Of(TensorFormat format) => format switch
    {
        TensorFormat.F32 => new(WeightTile.Piece, WeightTile.Piece * 4, WeightTile.Piece),
        TensorFormat.F16 or TensorFormat.BF16 => new(WeightTile.Piece, WeightTile.Piece * 2, WeightTile.Piece / 2),
        TensorFormat.Q8 => new(RowFormat.Q8Block, RowFormat.Q8BlockBytes, RowFormat.Q8Block / 4, 2, 0),
        TensorFormat.Q4 => new(FourBitBlock.Weights, FourBitBlock.Bytes, 4, FourBitBlock.NibblesAt, 0),
        TensorFormat.Q4K => new(FourBitSuperBlock.Weights, FourBitSuperBlock.Bytes, FourBitSuperBlock.Bytes / 4),
        TensorFormat.Q6K => new(
            SixBitSuperBlock.Weights,
            SixBitSuperBlock.Bytes,
            SixBitSuperBlock.ScaleAt / 4,
            ScaleAt: SixBitSuperBlock.ScaleAt),
        _ => throw new UnreachableException(format.ToString()),
    };

    /// <summary>Blocks of a row, the last one perhaps begun only.</summary>
    public int BlocksOf(long columns) => (int)((columns + Weights - 1) / Weights);
}
