using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>A box along the axes. <see cref="Empty"/> is inside out: union with it changes nothing.</summary>
internal readonly struct Aabb(float minX, float minY, float minZ, float maxX, float maxY, float maxZ)
{
    public readonly float MinX = minX;
    public readonly float MinY = minY;
    public readonly float MinZ = minZ;
    public readonly float MaxX = maxX;
    public readonly float MaxY = maxY;
    public readonly float MaxZ = maxZ;

    /// <summary>No ray meets it: finite bounds, so that its slabs are never NaN.</summary>
    public static Aabb Empty { get; } = new(1e30f, 1e30f, 1e30f, -1e30f, -1e30f, -1e30f);

    public Vec3 Min => new(MinX, MinY, MinZ);

    public Vec3 Max => new(MaxX, MaxY, MaxZ);

    public static Aabb Of(Vec3 a, Vec3 b, Vec3 c) => Empty.Union(a).Union(b).Union(c);

    public Aabb Union(Aabb other) => new(
        Num.Min(MinX, other.MinX), Num.Min(MinY, other.MinY), Num.Min(MinZ, other.MinZ),
        Num.Max(MaxX, other.MaxX), Num.Max(MaxY, other.MaxY), Num.Max(MaxZ, other.MaxZ));

    public Aabb Union(Vec3 point) => new(
        Num.Min(MinX, point.X), Num.Min(MinY, point.Y), Num.Min(MinZ, point.Z),
        Num.Max(MaxX, point.X), Num.Max(MaxY, point.Y), Num.Max(MaxZ, point.Z));

    public float HalfArea()
    {
        var x = MaxX - MinX;
        var y = MaxY - MinY;
        var z = MaxZ - MinZ;

        return x < 0f ? 0f : (x * y) + (y * z) + (z * x);
    }

    public Vec3 Centre() => new((MinX + MaxX) * 0.5f, (MinY + MaxY) * 0.5f, (MinZ + MaxZ) * 0.5f);

    public float Centre(int axis) => (Low(axis) + High(axis)) * 0.5f;

    public float Low(int axis) => axis == 0 ? MinX : axis == 1 ? MinY : MinZ;

    public float High(int axis) => axis == 0 ? MaxX : axis == 1 ? MaxY : MaxZ;

    public int LongestAxis()
    {
        var x = MaxX - MinX;
        var y = MaxY - MinY;
        var z = MaxZ - MinZ;

        return x >= y && x >= z ? 0 : y >= z ? 1 : 2;
    }
}
