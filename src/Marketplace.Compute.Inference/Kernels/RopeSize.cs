namespace Marketplace.Compute.Inference.Kernels;

/// <summary>How vectors of heads lie, and the position of the first vector.</summary>
internal readonly struct RopeSize(int position, int width, int headSize)
{
    public readonly int Position = position;
    public readonly int Width = width;
    public readonly int HeadSize = headSize;
}
