using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Camera and stream of one view, ready for use by the per-sample code.</summary>
internal struct ViewConstants
{
    public const int SequenceSobol = 0;
    public const int SequencePhilox = 1;

    public Vec3 Origin;
    public Vec3 Forward;

    /// <summary>From the middle of the picture to its right and upper edge; at distance 1 if in perspective.</summary>
    public Vec3 Right;
    public Vec3 Up;

    /// <summary>1 if orthographic: a kernel takes no bool by value.</summary>
    public int Orthographic;
    public int Width;
    public int Height;
    public int MaxBounces;

    /// <summary>Most that one indirect contribution may add to a channel; zero: no bound.</summary>
    public float IndirectMax;
    public int Sequence;
    public uint SeedLow;
    public uint SeedHigh;
    public uint Frame;
}
