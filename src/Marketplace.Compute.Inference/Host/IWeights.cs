using System.Runtime.Intrinsics;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Stored weights on the processor; the form of storage is a type argument, so every form gets code of its own.
/// </summary>
internal unsafe interface IWeights
{
    /// <summary>Sixteen weights from this place on; a place that is a multiple of 16 within its row.</summary>
    Vector512<float> Load(long at);

    /// <summary>The same of a block at hand: where many rows are read side by side, its place is found once.</summary>
    /// <param name="block">What <see cref="AddressOf"/> answers for the place.</param>
    /// <param name="at">The place, of the matrix or within its row.</param>
    Vector512<float> Load(byte* block, int at);

    /// <summary>Bytes from a row's beginning to what <see cref="AddressOf"/> answers for a place in it.</summary>
    nint OffsetOf(int at);

    float At(long at);

    /// <summary>Where the weight of this place lies, or the block that it is part of.</summary>
    byte* AddressOf(long at);

    /// <summary>Asks the memory for the 64 weights from this place on.</summary>
    void Prefetch(long at);
}
