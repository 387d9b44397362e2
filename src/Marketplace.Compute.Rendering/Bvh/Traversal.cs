using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>
/// Iterative traversal of the two-wide tree (Aila and Laine 2009), and from its instances on of their meshes' trees in
/// the meshes' own space. The answer does not depend on the order of the visit: of two hits at the same distance the
/// lower instance and triangle wins, and see-through decisions hash ray, instance and triangle.
/// </summary>
internal static class Traversal
{
    /// <summary>The builder never makes a tree deeper than this, so the stack cannot overflow.</summary>
    public const int DepthMax = 60;

    /// <summary>The same with instances: their trees stand on the leaves of the first.</summary>
    public const int InstancedDepthMax = 2 * DepthMax;

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
        var link = 0;
        var running = true;

        while (running)
        {
            var found = false;

            if (link < 0 && scene.Instanced && IsInstance(link))
            {
                ray = TracedRay.InInstance(scene, ~link >> BvhBuilder.LeafCountBits, origin, direction, salt, depth);
                link = scene.InstanceRoot(ray.Instance);
                found = true;
            }
            else if (link < 0)
            {
                LeafClosest(scene, ~link, ray, ref hit, ref hitInstance);
            }
            else
            {
                var pair = Boxes(scene, link, ray.Origin, ray.Inverse, hit.T);
                var left = scene.NodeLink((link * 16) + 12);
                var right = scene.NodeLink((link * 16) + 13);
                var leftFirst = pair.Left && (!pair.Right || pair.LeftNear <= pair.RightNear);
                found = pair.Left || pair.Right;
                link = leftFirst ? left : right;

                if (pair.Left && pair.Right)
                {
                    stack.Set(depth++, leftFirst ? right : left);
                }
            }

            if (!found)
            {
                Leave(scene, depth, origin, direction, salt, ref ray);
                running = depth > 0;
                link = running ? stack.Get(--depth) : 0;
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
        var link = 0;
        var running = true;
        var occluded = false;

        while (running)
        {
            var found = false;

            if (link < 0 && scene.Instanced && IsInstance(link))
            {
                ray = TracedRay.InInstance(scene, ~link >> BvhBuilder.LeafCountBits, origin, direction, salt, depth);
                link = scene.InstanceRoot(ray.Instance);
                found = true;
            }
            else if (link < 0)
            {
                occluded = LeafOccluded(scene, ~link, ray, tMax);
            }
            else
            {
                var pair = Boxes(scene, link, ray.Origin, ray.Inverse, tMax);
                var left = scene.NodeLink((link * 16) + 12);
                var right = scene.NodeLink((link * 16) + 13);
                found = pair.Left || pair.Right;
                link = pair.Left ? left : right;

                if (pair.Left && pair.Right)
                {
                    stack.Set(depth++, right);
                }
            }

            if (!found)
            {
                Leave(scene, depth, origin, direction, salt, ref ray);
                running = depth > 0 && !occluded;
                link = running ? stack.Get(--depth) : 0;
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

    private static BoxPair Boxes<TScene>(TScene scene, int node, Vec3 origin, Vec3 inverse, float tMax)
        where TScene : struct, ISceneData
    {
        var leftXy = scene.NodeRow(node * 4);
        var rightXy = scene.NodeRow((node * 4) + 1);
        var bothZ = scene.NodeRow((node * 4) + 2);
        var pair = default(BoxPair);
        var lx0 = (leftXy.X - origin.X) * inverse.X;
        var lx1 = (leftXy.Y - origin.X) * inverse.X;
        var ly0 = (leftXy.Z - origin.Y) * inverse.Y;
        var ly1 = (leftXy.W - origin.Y) * inverse.Y;
        var lz0 = (bothZ.X - origin.Z) * inverse.Z;
        var lz1 = (bothZ.Y - origin.Z) * inverse.Z;
        var rx0 = (rightXy.X - origin.X) * inverse.X;
        var rx1 = (rightXy.Y - origin.X) * inverse.X;
        var ry0 = (rightXy.Z - origin.Y) * inverse.Y;
        var ry1 = (rightXy.W - origin.Y) * inverse.Y;
        var rz0 = (bothZ.Z - origin.Z) * inverse.Z;
        var rz1 = (bothZ.W - origin.Z) * inverse.Z;
        pair.LeftNear = Near(lx0, lx1, ly0, ly1, lz0, lz1);
        pair.RightNear = Near(rx0, rx1, ry0, ry1, rz0, rz1);
        pair.Left = pair.LeftNear <= Num.Min(Far(lx0, lx1, ly0, ly1, lz0, lz1) * SlabSlack, tMax);
        pair.Right = pair.RightNear <= Num.Min(Far(rx0, rx1, ry0, ry1, rz0, rz1) * SlabSlack, tMax);

        return pair;
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

    private struct BoxPair
    {
        public float LeftNear;
        public float RightNear;
        public bool Left;
        public bool Right;
    }
}
