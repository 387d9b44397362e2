namespace Marketplace.Compute.Rendering.Numerics;

/// <summary>An orthonormal basis about a normal (Duff et al. 2017).</summary>
internal readonly struct Basis
{
    public readonly Vec3 Tangent;
    public readonly Vec3 Bitangent;
    public readonly Vec3 Normal;

    private Basis(Vec3 tangent, Vec3 bitangent, Vec3 normal)
    {
        Tangent = tangent;
        Bitangent = bitangent;
        Normal = normal;
    }

    public static Basis About(Vec3 normal)
    {
        var sign = normal.Z < 0f ? -1f : 1f;
        var a = -1f / (sign + normal.Z);
        var b = normal.X * normal.Y * a;

        return new Basis(
            new Vec3(1f + (sign * normal.X * normal.X * a), sign * b, -sign * normal.X),
            new Vec3(b, sign + (normal.Y * normal.Y * a), -normal.Y),
            normal);
    }

    /// <summary>The basis whose tangent is that of <paramref name="tangent"/> in the plane of the normal.</summary>
    public static Basis Along(Vec3 normal, Vec3 tangent)
    {
        var flat = (tangent - (normal * Vec3.Dot(normal, tangent))).Normalized();

        return Vec3.Dot(flat, flat) > 0.5f ? new Basis(flat, Vec3.Cross(normal, flat), normal) : About(normal);
    }

    public Vec3 ToWorld(Vec3 local) => (Tangent * local.X) + (Bitangent * local.Y) + (Normal * local.Z);

    public Vec3 ToLocal(Vec3 world) =>
        new(Vec3.Dot(world, Tangent), Vec3.Dot(world, Bitangent), Vec3.Dot(world, Normal));
}
