using System.Runtime.CompilerServices;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Rows of one head in the blocks of one sequence.</summary>
/// <param name="first">The head's rows in the first block of the cache.</param>
/// <param name="stride">Floats from a block's to the next block's same place.</param>
/// <param name="blocks">Numbers of the sequence's blocks.</param>
internal readonly unsafe struct PagedRows(float* first, long stride, int* blocks)
{
    /// <summary>The rows of a block of the sequence, one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Of(int block) => first + (blocks[block] * stride);
}
