using System.Runtime.CompilerServices;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Rows of one head in the blocks of one sequence.</summary>
/// <param name="first">The head's rows in the first block of the cache.</param>
/// <param name="stride">Floats from a block's to the next block's same place.</param>
/// <param name="blocks">Numbers of the sequence's blocks.</param>
/// <param name="isFar">Whether they have to come from the memory.</param>
internal readonly unsafe struct PagedRows(float* first, long stride, int* blocks, bool isFar)
{
    /// <summary>The rows of a block of the sequence, one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Of(int block) => first + (blocks[block] * stride);

    /// <summary>
    /// Asks for the first floats of a block that is read next: blocks lie anywhere, so the processor cannot foresee it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ask(int block, int floats)
    {
        if (isFar)
        {
            var begin = (byte*)Of(block);
            new Ahead(begin, begin + (floats * (long)sizeof(float))).Ask(long.MaxValue);
        }
    }
}
