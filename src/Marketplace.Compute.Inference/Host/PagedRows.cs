using System.Runtime.CompilerServices;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Keys, or values, of one layer in the blocks of one sequence.</summary>
/// <param name="first">Those of the cache's first block.</param>
/// <param name="stride">Floats from a block's to the next block's same place.</param>
/// <param name="blocks">Numbers of the sequence's blocks.</param>
/// <param name="isFar">Whether they have to come from the memory.</param>
internal readonly unsafe struct PagedRows(float* first, long stride, int* blocks, bool isFar)
{
    /// <summary>The rows of a block of the sequence, head by head.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Of(int block) => first + (blocks[block] * stride);

    /// <summary>
    /// Asks for floats from a place in a block on, which is read next: blocks lie anywhere, so the processor cannot
    /// foresee it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ask(int block, long place, int floats)
    {
        if (isFar)
        {
            var begin = (byte*)(Of(block) + place);
            new Ahead(begin, begin + (floats * (long)sizeof(float))).Ask(long.MaxValue);
        }
    }
}
