using ILGPU;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>
/// Iterative traversal of the compressed eight-wide tree, and from its instances on of their meshes' trees in the
/// meshes' own space. On the stack are nodes and which of their children are still to be visited. The answer does not depend on the order of the visit: of two hits at the same distance the
/// lower instance and triangle wins, and see-through decisions hash ray, instance and triangle.
/// </summary>
internal static class Traversal
{
    /// <summary>The builder never makes a tree deeper than this, so the stack cannot overflow.</summary>
    public const int DepthMax = 60;

    /// <summary>The same with instances: their trees stand on the leaves of the first.</summary>
    public const int InstancedDepthMax = 2 * DepthMax;

    /// <summary>Ints that a stack must hold: two for each level, and the wide tree has no more than the other.</summary>
    public const int StackMax = 2 * DepthMax;
    public const int InstancedStackMax = 2 * InstancedDepthMax;

    /// <summary>
    /// Slabs are widened by three roundings, so that no box is missed that its triangle touches (Ize 2013).
    /// </summary>
    private const float SlabSlack = 1.0000004f;

    public static Hit Closest<TScene, TStack>(
        TScene scene, TStack stack, Vec3 origin, Vec3 direction, float tMax, uint salt, out int instance)
        where TScene : struct, ISceneData
        where TStack : struct, ITraversalStack
    {
        var hit = default(Hit);
        hit.T = tMax;
        hit.Triangle = -1;
        var hitInstance = 0;
        var ray = new TracedRay(origin, direction, salt);
        var depth = 0;
        var node = 0;
        var pending = Boxes(scene, node, ray, tMax);
        var running = true;

        while (running)
        {
            if (pending == 0)
            {
                Leave(scene, depth, origin, direction, salt, ref ray);
                running = depth > 0;
                depth = running ? depth - 2 : 0;
                node = running ? stack.Get(depth) : 0;
                pending = running ? stack.Get(depth + 1) : 0;
            }
            else
            {
                var link = NextLink(scene, node, ray.Octant, ref pending);

                if (link < 0 && !(scene.Instanced && IsInstance(link)))
                {
                    LeafClosest(scene, ~link, ray, ref hit, ref hitInstance);
                }
                else
                {
                    depth = Push(stack, depth, node, pending);
                    node = Enter(scene, link, depth, origin, direction, salt, ref ray);
                    pending = Boxes(scene, node, ray, hit.T);
                }
            }
        }

        instance = hitInstance;

        return hit;
    }

    public static bool Occluded<TScene, TStack>(
        TScene scene, TStack stack, Vec3 origin, Vec3 direction, float tMax, uint salt)
        where TScene : struct, ISceneData
        where TStack : struct, ITraversalStack
    {
        var ray = new TracedRay(origin, direction, salt);
        var depth = 0;
        var node = 0;
        var pending = Boxes(scene, node, ray, tMax);
        var running = true;
        var occluded = false;

        while (running)
        {
            if (pending == 0)
            {
                Leave(scene, depth, origin, direction, salt, ref ray);
                running = depth > 0;
                depth = running ? depth - 2 : 0;
                node = running ? stack.Get(depth) : 0;
                pending = running ? stack.Get(depth + 1) : 0;
            }
            else
            {
                var link = NextLink(scene, node, ray.Octant, ref pending);

                if (link < 0 && !(scene.Instanced && IsInstance(link)))
                {
                    occluded = LeafOccluded(scene, ~link, ray, tMax);
                    running = !occluded;
                }
                else
                {
                    depth = Push(stack, depth, node, pending);
                    node = Enter(scene, link, depth, origin, direction, salt, ref ray);
                    pending = Boxes(scene, node, ray, tMax);
                }
            }
        }

        return occluded;
    }

    /// <summary>Of hits at the same distance the first in this order wins, whatever the order of the visit.</summary>
    public static bool IsBefore(int instance, int triangle, int hitInstance, int hitTriangle) =>
        hitInstance > instance || (hitInstance == instance && hitTriangle > triangle);

    private static bool IsInstance(int link) => (~link & BvhBuilder.LeafCountMask) == BvhBuilder.InstanceMark;

    /// <summary>Back in the world once nothing of the instance's tree is left to visit.</summary>
    private static void Leave<TScene>(
        TScene scene, int depth, Vec3 origin, Vec3 direction, uint salt, ref TracedRay ray)
        where TScene : struct, ISceneData
    {
        if (scene.Instanced && depth == ray.Floor)
        {
            ray = new TracedRay(origin, direction, salt);
        }
    }

    /// <summary>Component-wise 1/x, with zero taken as a tiny number so that no slab becomes NaN.</summary>
    public static Vec3 Inverse(Vec3 direction) =>
        new(Inverse(direction.X), Inverse(direction.Y), Inverse(direction.Z));

    private static float Inverse(float x) => 1f / (Num.Abs(x) < 1e-18f ? (x < 0f ? -1e-18f : 1e-18f) : x);

    /// <summary>Takes the next of the met children: that in the slot nearest to where the ray comes from.</summary>
    private static int NextLink<TScene>(TScene scene, int node, int octant, ref int pending)
        where TScene : struct, ISceneData
    {
        var lowest = pending & -pending;
        var bit = ((lowest & 0xAA) != 0 ? 1 : 0) | ((lowest & 0xCC) != 0 ? 2 : 0) | ((lowest & 0xF0) != 0 ? 4 : 0);
        pending &= ~lowest;

        return scene.NodeLink((node * CompressedNodes.NodeWords) + CompressedNodes.LinksAt + (bit ^ octant));
    }

    private static int Push<TStack>(TStack stack, int depth, int node, int pending)
        where TStack : struct, ITraversalStack
    {
        if (pending == 0)
        {
            return depth;
        }

        stack.Set(depth, node);
        stack.Set(depth + 1, pending);

        return depth + 2;
    }

    /// <summary>The node that a link leads to; an instance's is the first of its mesh's tree.</summary>
    private static int Enter<TScene>(
        TScene scene, int link, int depth, Vec3 origin, Vec3 direction, uint salt, ref TracedRay ray)
        where TScene : struct, ISceneData
    {
        if (link >= 0)
        {
            return link;
        }

        ray = TracedRay.InInstance(scene, ~link >> BvhBuilder.LeafCountBits, origin, direction, salt, depth);

        return scene.InstanceRoot(ray.Instance);
    }

    /// <summary>
    /// Which children of a node the ray meets before <paramref name="tMax"/>: bit 0 is the slot that lies nearest to
    /// where it comes from.
    /// </summary>
    private static int Boxes<TScene>(TScene scene, int node, in TracedRay ray, float tMax)
        where TScene : struct, ISceneData
    {
        var row = node * CompressedNodes.NodeRows;
        var head = scene.NodeRow(row);
        var planesX = scene.NodeRow(row + 1);
        var planesY = scene.NodeRow(row + 2);
        var planesZ = scene.NodeRow(row + 3);
        var met = 0;

        for (var slot = 0; slot < WideTree.Width; slot++)
        {
            var x0 = Plane(head.X, head.W, planesX.X, planesX.Y, slot);
            var x1 = Plane(head.X, head.W, planesX.Z, planesX.W, slot);
            var y0 = Plane(head.Y, head.W >> 8, planesY.X, planesY.Y, slot);
            var y1 = Plane(head.Y, head.W >> 8, planesY.Z, planesY.W, slot);
            var z0 = Plane(head.Z, head.W >> 16, planesZ.X, planesZ.Y, slot);
            var z1 = Plane(head.Z, head.W >> 16, planesZ.Z, planesZ.W, slot);
            x0 = (x0 - ray.Origin.X) * ray.Inverse.X;
            x1 = (x1 - ray.Origin.X) * ray.Inverse.X;
            y0 = (y0 - ray.Origin.Y) * ray.Inverse.Y;
            y1 = (y1 - ray.Origin.Y) * ray.Inverse.Y;
            z0 = (z0 - ray.Origin.Z) * ray.Inverse.Z;
            z1 = (z1 - ray.Origin.Z) * ray.Inverse.Z;
            var far = Num.Min(Far(x0, x1, y0, y1, z0, z1) * SlabSlack, tMax);
            met |= Near(x0, x1, y0, y1, z0, z1) <= far ? 1 << (slot ^ ray.Octant) : 0;
        }

        return met;
    }

    /// <summary>The product is exact, so that a device may fuse it with the sum.</summary>
    private static float Plane(int low, int exponent, int first, int second, int slot)
    {
        var steps = ((slot < 4 ? first : second) >> ((slot & 3) * 8)) & 0xFF;

        return Interop.IntAsFloat((uint)low) + (steps * Interop.IntAsFloat((uint)(exponent & 0xFF) << 23));
    }

    private static float Near(float x0, float x1, float y0, float y1, float z0, float z1) =>
        Num.Max(Num.Max(Num.Min(x0, x1), Num.Min(y0, y1)), Num.Max(Num.Min(z0, z1), 0f));

    private static float Far(float x0, float x1, float y0, float y1, float z0, float z1) =>
        Num.Min(Num.Min(Num.Max(x0, x1), Num.Max(y0, y1)), Num.Max(z0, z1));

    private static void LeafClosest<TScene>(
        TScene scene, int leaf, in TracedRay ray, ref Hit hit, ref int hitInstance)
        where TScene : struct, ISceneData
    {
        var first = leaf >> BvhBuilder.LeafCountBits;
        var end = first + (leaf & BvhBuilder.LeafCountMask);

        for (var triangle = first; triangle < end; triangle++)
        {
            var met = Meet(scene, triangle, ray);
            var nearer = met.T < hit.T
                || (met.T == hit.T && IsBefore(ray.Instance, triangle, hitInstance, hit.Triangle));

            if (met.Triangle >= 0 && nearer && AlphaTest.Stops(scene, met, ray.Salt))
            {
                hit = met;
                hitInstance = ray.Instance;
            }
        }
    }

    private static bool LeafOccluded<TScene>(TScene scene, int leaf, in TracedRay ray, float tMax)
        where TScene : struct, ISceneData
    {
        var first = leaf >> BvhBuilder.LeafCountBits;
        var end = first + (leaf & BvhBuilder.LeafCountMask);
        var occluded = false;

        for (var triangle = first; triangle < end && !occluded; triangle++)
        {
            var met = Meet(scene, triangle, ray);
            occluded = met.Triangle >= 0 && met.T < tMax && AlphaTest.Stops(scene, met, ray.Salt);
        }

        return occluded;
    }

    /// <summary>
    /// Moeller and Trumbore 1997, with the edges stored. A degenerate triangle gives NaN, hence no hit.
    /// </summary>
    private static Hit Meet<TScene>(TScene scene, int triangle, in TracedRay ray)
        where TScene : struct, ISceneData
    {
        var corner = scene.TriangleRow(triangle * 3).Xyz;
        var edge1 = scene.TriangleRow((triangle * 3) + 1).Xyz;
        var edge2 = scene.TriangleRow((triangle * 3) + 2).Xyz;
        var p = Vec3.Cross(ray.Direction, edge2);
        var inverse = 1f / Vec3.Dot(edge1, p);
        var s = ray.Origin - corner;
        var q = Vec3.Cross(s, edge1);
        var hit = default(Hit);
        hit.U = Vec3.Dot(s, p) * inverse;
        hit.V = Vec3.Dot(ray.Direction, q) * inverse;
        hit.T = Vec3.Dot(edge2, q) * inverse;
        hit.Triangle = hit.U >= 0f && hit.V >= 0f && hit.U + hit.V <= 1f && hit.T > 0f ? triangle : -1;

        return hit;
    }
}
