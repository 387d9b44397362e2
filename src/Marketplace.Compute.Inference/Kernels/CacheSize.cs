using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// How the keys and values of one layer lie: by block of <see cref="BlockTable.Positions"/> positions, keys before
/// values. Keys lie [head][element][position], so that a thread reads those of all positions side by side; values
/// [head][position][element], so that neighbouring threads do those of one position.
/// </summary>
internal readonly struct CacheSize(int heads, int headSize)
{
    public readonly int Heads = heads;
    public readonly int HeadSize = headSize;

    public int Width => Heads * HeadSize;

    /// <summary>Floats of a block.</summary>
    public long Stride => 2L * BlockTable.Positions * Width;

    /// <summary>The key's element of the block's first position.</summary>
    public long Key(int block, int head, int element) =>
        (block * Stride) + (((head * HeadSize) + element) * BlockTable.Positions);

    /// <summary>The value's element of a position of the block.</summary>
    public long Value(int block, int head, int position, int element) =>
        (block * Stride) + (BlockTable.Positions * Width)
        + (((head * BlockTable.Positions) + position) * HeadSize) + element;
}
