using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>
/// A ray as it is tested against boxes and triangles: in the world, or in the space of the instance that it is in.
/// There its direction is no unit vector, so that distances stay those of the world.
/// </summary>
internal struct TracedRay(Vec3 origin, Vec3 direction, uint salt)
{
    public Vec3 Origin = origin;
    public Vec3 Direction = direction;
    public Vec3 Inverse = Traversal.Inverse(direction);

    /// <summary>What its decisions at see-through surfaces are drawn from.</summary>
    public uint Salt = salt;

    /// <summary>Zero is the world.</summary>
    public int Instance = 0;

    /// <summary>The stack's depth at which the instance's tree is done; -1 in the world.</summary>
    public int Floor = -1;

    public static TracedRay InInstance<TScene>(
        TScene scene, int instance, Vec3 origin, Vec3 direction, uint salt, int floor)
        where TScene : struct, ISceneData
    {
        var ray = new TracedRay(
            InstanceRows.PointToObject(scene, instance, origin),
            InstanceRows.DirectionToObject(scene, instance, direction),
            AlphaTest.SaltIn(instance, salt));
        ray.Instance = instance;
        ray.Floor = floor;

        return ray;
    }
}
