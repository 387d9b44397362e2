namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>What one launch traces: a tile, and samples that are added up in one go.</summary>
internal struct BatchSpan
{
    public int X;
    public int Y;
    public int Width;
    public int Height;
    public int First;
    public int Count;
}
