using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>
/// Traversal of the eight-wide tree with SIMD. It gives the same bits as <see cref="Traversal"/>: each lane does the
/// triangle test in the same order of operations, and the answer does not depend on the order of the visit.
/// </summary>
internal static unsafe class WideTraversal
{
    private const float SlabSlack = 1.0000004f;

    [SkipLocalsInit]
    public static Hit Closest<TLevels>(
        HostScene<TLevels> scene, Vec3 origin, Vec3 direction, float tMax, uint salt, out int hitInstance)
        where TLevels : struct, ILevels
    {
        var stack = stackalloc Entry[TLevels.Instanced ? WideTree.InstancedStackMax : WideTree.StackMax];
        var ray = new WideRay(origin, direction);
        var hit = default(Hit);
        hit.T = tMax;
        hit.Triangle = -1;
        stack[0] = default;
        var depth = 1;
        var floor = -1;
        var instance = 0;
        hitInstance = 0;
        var drawn = salt;

        while (depth > 0)
        {
            if (TLevels.Instanced && depth == floor)
            {
                ray = new WideRay(origin, direction);
                floor = -1;
                instance = 0;
                drawn = salt;
            }

            var entry = stack[--depth];

            if (entry.Near > hit.T)
            {
                continue;
            }

            if (TLevels.Instanced && entry.Link < WideTree.InstanceLinks)
            {
                instance = ~entry.Link - WideTree.InstanceFrom;
                drawn = AlphaTest.SaltIn(instance, salt);
                ray = InInstance(scene, instance, origin, direction);
                floor = depth;
                stack[depth++] = new Entry { Link = scene.WideRoot(instance), Near = entry.Near };
                continue;
            }

            if (entry.Link < 0)
            {
                MeetPackIn<TLevels>(instance, scene, ~entry.Link, ray, drawn, ref hit, ref hitInstance);
                continue;
            }

            var node = scene.WideNode(entry.Link);
            var mask = Boxes(node, ray, hit.T, out var near);
            depth = Push(stack, depth, (int*)(node + (6 * WideTree.Width)), mask, (float*)&near);
        }

        return hit;
    }

    [SkipLocalsInit]
    public static bool Occluded<TLevels>(
        HostScene<TLevels> scene, Vec3 origin, Vec3 direction, float tMax, uint salt)
        where TLevels : struct, ILevels
    {
        var stack = stackalloc int[TLevels.Instanced ? WideTree.InstancedStackMax : WideTree.StackMax];
        var ray = new WideRay(origin, direction);
        stack[0] = 0;
        var depth = 1;
        var floor = -1;
        var drawn = salt;

        while (depth > 0)
        {
            if (TLevels.Instanced && depth == floor)
            {
                ray = new WideRay(origin, direction);
                floor = -1;
                drawn = salt;
            }

            var link = stack[--depth];

            if (TLevels.Instanced && link < WideTree.InstanceLinks)
            {
                var instance = ~link - WideTree.InstanceFrom;
                drawn = AlphaTest.SaltIn(instance, salt);
                ray = InInstance(scene, instance, origin, direction);
                floor = depth;
                stack[depth++] = scene.WideRoot(instance);
                continue;
            }

            if (link < 0)
            {
                if (PackOccludes(scene, ~link, ray, tMax, drawn))
                {
                    return true;
                }

                continue;
            }

            var node = scene.WideNode(link);
            var links = (int*)(node + (6 * WideTree.Width));

            for (var mask = Boxes(node, ray, tMax, out _); mask != 0; mask &= mask - 1)
            {
                stack[depth++] = links[System.Numerics.BitOperations.TrailingZeroCount(mask)];
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WideRay InInstance<TLevels>(
        HostScene<TLevels> scene, int instance, Vec3 origin, Vec3 direction)
        where TLevels : struct, ILevels => new(
        InstanceRows.PointToObject(scene, instance, origin),
        InstanceRows.DirectionToObject(scene, instance, direction));

    /// <summary>Pushes the met children, the nearest on top.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Push(Entry* stack, int depth, int* links, uint mask, float* near)
    {
        var bottom = depth;

        for (; mask != 0; mask &= mask - 1)
        {
            var lane = System.Numerics.BitOperations.TrailingZeroCount(mask);
            var t = near[lane];
            var place = depth++;

            for (; place > bottom && stack[place - 1].Near < t; place--)
            {
                stack[place] = stack[place - 1];
            }

            stack[place] = new Entry { Link = links[lane], Near = t };
        }

        return depth;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Boxes(float* node, in WideRay ray, float tMax, out Vector256<float> near)
    {
        var x0 = (Vector256.Load(node + ray.NearX) - ray.OriginX) * ray.InverseX;
        var x1 = (Vector256.Load(node + ray.FarX) - ray.OriginX) * ray.InverseX;
        var y0 = (Vector256.Load(node + ray.NearY) - ray.OriginY) * ray.InverseY;
        var y1 = (Vector256.Load(node + ray.FarY) - ray.OriginY) * ray.InverseY;
        var z0 = (Vector256.Load(node + ray.NearZ) - ray.OriginZ) * ray.InverseZ;
        var z1 = (Vector256.Load(node + ray.FarZ) - ray.OriginZ) * ray.InverseZ;
        near = Vector256.MaxNative(
            Vector256.MaxNative(x0, y0), Vector256.MaxNative(z0, Vector256<float>.Zero));
        var far = Vector256.MinNative(
            Vector256.MinNative(x1, y1) * SlabSlack,
            Vector256.MinNative(z1 * SlabSlack, Vector256.Create(tMax)));

        return Vector256.LessThanOrEqual(near, far).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Meet(
        float* pack, in WideRay ray, float tMax, out Vector256<float> t, out Vector256<float> u, out Vector256<float> v)
    {
        const int width = WideTree.Width;
        var e1X = Vector256.Load(pack + (3 * width));
        var e1Y = Vector256.Load(pack + (4 * width));
        var e1Z = Vector256.Load(pack + (5 * width));
        var e2X = Vector256.Load(pack + (6 * width));
        var e2Y = Vector256.Load(pack + (7 * width));
        var e2Z = Vector256.Load(pack + (8 * width));
        var pX = (ray.Y * e2Z) - (ray.Z * e2Y);
        var pY = (ray.Z * e2X) - (ray.X * e2Z);
        var pZ = (ray.X * e2Y) - (ray.Y * e2X);
        var inverse = Vector256<float>.One / ((e1X * pX) + (e1Y * pY) + (e1Z * pZ));
        var sX = ray.OriginX - Vector256.Load(pack);
        var sY = ray.OriginY - Vector256.Load(pack + width);
        var sZ = ray.OriginZ - Vector256.Load(pack + (2 * width));
        var qX = (sY * e1Z) - (sZ * e1Y);
        var qY = (sZ * e1X) - (sX * e1Z);
        var qZ = (sX * e1Y) - (sY * e1X);
        u = ((sX * pX) + (sY * pY) + (sZ * pZ)) * inverse;
        v = ((ray.X * qX) + (ray.Y * qY) + (ray.Z * qZ)) * inverse;
        t = ((e2X * qX) + (e2Y * qY) + (e2Z * qZ)) * inverse;
        var met = Vector256.GreaterThanOrEqual(u, Vector256<float>.Zero)
            & Vector256.GreaterThanOrEqual(v, Vector256<float>.Zero)
            & Vector256.LessThanOrEqual(u + v, Vector256<float>.One)
            & Vector256.GreaterThan(t, Vector256<float>.Zero)
            & Vector256.LessThanOrEqual(t, Vector256.Create(tMax));

        return met.ExtractMostSignificantBits();
    }

    private static void MeetPack<TLevels>(
        HostScene<TLevels> scene, int pack, in WideRay ray, uint salt, ref Hit hit)
        where TLevels : struct, ILevels
    {
        var mask = Meet(scene.Pack(pack), ray, hit.T, out var t, out var u, out var v);

        for (; mask != 0; mask &= mask - 1)
        {
            var lane = System.Numerics.BitOperations.TrailingZeroCount(mask);
            var met = new Hit { T = t[lane], U = u[lane], V = v[lane], Triangle = scene.PackFirst(pack) + lane };

            if ((met.T < hit.T || (met.T == hit.T && hit.Triangle > met.Triangle)) && AlphaTest.Stops(scene, met, salt))
            {
                hit = met;
            }
        }
    }

    /// <summary>The same where a hit of a lower instance wins a tie, whatever the triangles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MeetPackIn<TLevels>(
        int instance, HostScene<TLevels> scene, int pack, in WideRay ray, uint salt, ref Hit hit, ref int hitInstance)
        where TLevels : struct, ILevels
    {
        if (!TLevels.Instanced || instance == hitInstance)
        {
            MeetPack(scene, pack, ray, salt, ref hit);

            return;
        }

        var rival = hit;
        var last = hitInstance > instance ? int.MaxValue : -1;
        rival.Triangle = last;
        MeetPack(scene, pack, ray, salt, ref rival);

        if (rival.Triangle != last)
        {
            hit = rival;
            hitInstance = instance;
        }
    }

    private static bool PackOccludes<TLevels>(
        HostScene<TLevels> scene, int pack, in WideRay ray, float tMax, uint salt)
        where TLevels : struct, ILevels
    {
        var mask = Meet(scene.Pack(pack), ray, tMax, out var t, out var u, out var v);

        for (; mask != 0; mask &= mask - 1)
        {
            var lane = System.Numerics.BitOperations.TrailingZeroCount(mask);
            var met = new Hit { T = t[lane], U = u[lane], V = v[lane], Triangle = scene.PackFirst(pack) + lane };

            if (met.T < tMax && AlphaTest.Stops(scene, met, salt))
            {
                return true;
            }
        }

        return false;
    }

    private struct Entry
    {
        public int Link;
        public float Near;
    }
}
