using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>
/// The box around a mesh that is placed by an affine map, as tight as one around every moved corner: for each side the
/// farthest corner, by branch and bound in the mesh's tree.
/// </summary>
internal static class PlacedBounds
{
    /// <param name="tree">Over the mesh.</param>
    /// <param name="corners">Three a triangle, in the order of the leaves.</param>
    /// <param name="map">Three rows, offset in W.</param>
    /// <param name="work">Ends it.</param>
    public static Aabb Of(BvhTree tree, Vec3[] corners, ReadOnlySpan<Float4> map, SceneWork work)
    {
        Span<float> low = stackalloc float[3];
        Span<float> high = stackalloc float[3];

        for (var axis = 0; axis < 3; axis++)
        {
            high[axis] = Farthest(tree.Nodes, corners, map[axis].Xyz, work) + map[axis].W;
            low[axis] = map[axis].W - Farthest(tree.Nodes, corners, -map[axis].Xyz, work);
        }

        return new Aabb(low[0], low[1], low[2], high[0], high[1], high[2]);
    }

    /// <summary>The largest product of a corner with the axis.</summary>
    private static float Farthest(float[] nodes, Vec3[] corners, Vec3 axis, SceneWork work)
    {
        Span<int> stack = stackalloc int[Traversal.DepthMax + 1];
        var best = float.NegativeInfinity;
        var depth = 0;
        stack[depth++] = 0;

        while (depth > 0)
        {
            work.Step();
            var at = stack[--depth] * 16;
            var left = BitConverter.SingleToInt32Bits(nodes[at + 12]);
            var right = BitConverter.SingleToInt32Bits(nodes[at + 13]);
            var leftReach = Reach(nodes, at, 0, axis);
            var rightReach = Reach(nodes, at, 1, axis);
            best = left < 0 && leftReach > best ? Farthest(~left, corners, axis, best) : best;
            best = right < 0 && rightReach > best ? Farthest(~right, corners, axis, best) : best;
            var leftFirst = leftReach >= rightReach;

            // The one that reaches farther on top.
            for (var turn = 0; turn < 2; turn++)
            {
                var isLeft = leftFirst == (turn == 1);
                var link = isLeft ? left : right;

                if (link >= 0 && (isLeft ? leftReach : rightReach) > best)
                {
                    stack[depth++] = link;
                }
            }
        }

        return best;
    }

    private static float Farthest(int leaf, Vec3[] corners, Vec3 axis, float best)
    {
        var first = leaf >> BvhBuilder.LeafCountBits;
        var end = first + (leaf & BvhBuilder.LeafCountMask);

        for (var corner = first * 3; corner < end * 3; corner++)
        {
            best = Num.Max(Vec3.Dot(corners[corner], axis), best);
        }

        return best;
    }

    private static float Reach(float[] nodes, int at, int side, Vec3 axis)
    {
        var xy = at + (side * 4);
        var z = at + 8 + (side * 2);

        return Num.Max(nodes[xy] * axis.X, nodes[xy + 1] * axis.X)
            + Num.Max(nodes[xy + 2] * axis.Y, nodes[xy + 3] * axis.Y)
            + Num.Max(nodes[z] * axis.Z, nodes[z + 1] * axis.Z);
    }
}
