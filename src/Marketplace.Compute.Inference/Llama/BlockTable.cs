using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Marketplace.Compute.Inference.Llama;

/// <summary>
/// Where the keys and values of one sequence lie: the numbers of its blocks, in the order of its positions. Pinned, so
/// that worker threads read it as it is. Kwon et al. 2023.
/// </summary>
internal sealed unsafe class BlockTable
{
    /// <summary>Positions of one block.</summary>
    public const int Positions = 16;

    private readonly int[] _blocks;

    public BlockTable(ReadOnlySpan<int> blocks)
    {
        _blocks = GC.AllocateUninitializedArray<int>(blocks.Length, pinned: true);
        blocks.CopyTo(_blocks);
    }

    public ReadOnlySpan<int> Blocks => _blocks;

    /// <summary>Positions that find room.</summary>
    public int Room => _blocks.Length * Positions;

    /// <summary>Valid as long as this table is held.</summary>
    public int* Pointer => (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_blocks));

    /// <summary>Blocks that so many positions need.</summary>
    public static int BlocksFor(int positions) => (int)(((long)positions + Positions - 1) / Positions);

    /// <summary>The first blocks of a cache that nobody else uses.</summary>
    public static BlockTable Alone(int positions) => new([.. Enumerable.Range(0, BlocksFor(positions))]);
}
