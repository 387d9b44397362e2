namespace Marketplace.Compute.Inference.Kernels;

/// <summary>How vectors of heads lie, and the position of the first vector.</summary>
internal readonly struct RopeSize(int position, int width, int headSize, int halves = 0)
{
    public readonly int Position = position;
    public readonly int Width = width;
    public readonly int HeadSize = headSize;

    /// <summary>1 where a pair is an element of each half of a head, 0 where it is two neighbours.</summary>
    public readonly int Halves = halves;
}
