namespace Marketplace.Compute.Rendering.Numerics;

/// <summary>Four ints side by side.</summary>
internal readonly struct Int4(int x, int y, int z, int w)
{
    public readonly int X = x;
    public readonly int Y = y;
    public readonly int Z = z;
    public readonly int W = w;
}
