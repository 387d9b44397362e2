using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>The rows of an instance: two affine maps, a row a coordinate, the offset in W; then the head.</summary>
internal static class InstanceRows
{
    public const int Count = 7;
    public const int ToObject = 0;
    public const int ToWorld = 3;

    /// <summary>
    /// Further lift of rays that leave it, for what is rounded on the way there and back; -1 where it is mirrored, else
    /// 1; its object.
    /// </summary>
    public const int Head = 6;

    public static Vec3 PointToObject<TScene>(TScene scene, int instance, Vec3 point)
        where TScene : struct, ISceneData => Mapped(scene, (instance * Count) + ToObject, point, 1f);

    public static Vec3 DirectionToObject<TScene>(TScene scene, int instance, Vec3 direction)
        where TScene : struct, ISceneData => Mapped(scene, (instance * Count) + ToObject, direction, 0f);

    public static Vec3 PointToWorld<TScene>(TScene scene, int instance, Vec3 point)
        where TScene : struct, ISceneData => Mapped(scene, (instance * Count) + ToWorld, point, 1f);

    public static Vec3 DirectionToWorld<TScene>(TScene scene, int instance, Vec3 direction)
        where TScene : struct, ISceneData => Mapped(scene, (instance * Count) + ToWorld, direction, 0f);

    /// <summary>By the transpose of the way to the object: a normal stays one at any scale. Unit length.</summary>
    public static Vec3 NormalToWorld<TScene>(TScene scene, int instance, Vec3 normal)
        where TScene : struct, ISceneData
    {
        var first = (instance * Count) + ToObject;

        return ((scene.InstanceRow(first).Xyz * normal.X)
            + (scene.InstanceRow(first + 1).Xyz * normal.Y)
            + (scene.InstanceRow(first + 2).Xyz * normal.Z)).Normalized();
    }

    private static Vec3 Mapped<TScene>(TScene scene, int first, Vec3 v, float offset)
        where TScene : struct, ISceneData
    {
        var x = scene.InstanceRow(first);
        var y = scene.InstanceRow(first + 1);
        var z = scene.InstanceRow(first + 2);

        return new Vec3(
            Vec3.Dot(x.Xyz, v) + (x.W * offset),
            Vec3.Dot(y.Xyz, v) + (y.W * offset),
            Vec3.Dot(z.Xyz, v) + (z.W * offset));
    }
}
