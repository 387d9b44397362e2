using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>A change of colour space, given by its rows.</summary>
internal readonly record struct Matrix3(Vec3 Red, Vec3 Green, Vec3 Blue)
{
    public static Vec3 operator *(Matrix3 m, Vec3 v) =>
        new(Vec3.Dot(m.Red, v), Vec3.Dot(m.Green, v), Vec3.Dot(m.Blue, v));
}
