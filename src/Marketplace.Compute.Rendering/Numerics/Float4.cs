using System.Runtime.CompilerServices;

namespace Marketplace.Compute.Rendering.Numerics;

/// <summary>Four floats side by side: the grain in which scene data lies in memory.</summary>
internal readonly struct Float4(float x, float y, float z, float w)
{
    public readonly float X = x;
    public readonly float Y = y;
    public readonly float Z = z;
    public readonly float W = w;

    public Float4(Vec3 xyz, float w)
        : this(xyz.X, xyz.Y, xyz.Z, w)
    {
    }

    public Vec3 Xyz
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(X, Y, Z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float MaxOfXyz() => Num.Max(X, Num.Max(Y, Z));
}
