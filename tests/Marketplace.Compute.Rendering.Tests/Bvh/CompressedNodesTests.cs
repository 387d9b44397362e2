using CsCheck;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tests.Bvh;

public sealed class CompressedNodesTests
{
    /// <summary>From specks to worlds, near the origin and so far off that floats there are coarser than the boxes.</summary>
    private static readonly Gen<float> Size = Gen.Int[-60, 60].Select(exponent => MathF.ScaleB(1f, exponent));

    private static readonly Gen<float> Unit = Gen.Int[0, 1000].Select(thousandths => thousandths * 0.001f);

    private static readonly Gen<Vec3> Place = Gen.Select(Unit, Unit, Unit, (x, y, z) => new Vec3(x, y, z));

    private static readonly Gen<(Vec3 A, Vec3 B)[]> Boxes = Gen.Select(Place, Place).Array[1, 8];

    [Fact]
    public void The_boxes_that_a_kernel_sees_hold_those_that_were_given() => Gen.Select(Boxes, Size, Size, Place).Sample(
        (corners, size, far, towards) =>
        {
            Aabb[] boxes = [.. corners.Select(box => Aabb.Empty
                .Union((box.A * size) + (towards * far)).Union((box.B * size) + (towards * far)))];
            int[] links = [.. Enumerable.Range(100, boxes.Length)];
            var compressed = new CompressedNodes();
            compressed.Add(boxes, links);
            var node = compressed.ToArray();
            var seen = node[CompressedNodes.LinksAt..];

            Assert.Equal(CompressedNodes.NodeWords, node.Length);
            Assert.Equal(links, seen.Where(link => link >= 0).Order());
            Assert.All(seen.Where(link => link < 0), link => Assert.Equal(BvhBuilder.Leaf(0, 0), link));

            for (var child = 0; child < boxes.Length; child++)
            {
                var slot = Array.IndexOf(seen, 100 + child);

                for (var axis = 0; axis < 3; axis++)
                {
                    Assert.True(Plane(node, axis, slot, high: false) <= boxes[child].Low(axis));
                    Assert.True(Plane(node, axis, slot, high: true) >= boxes[child].High(axis));
                }
            }
        },
        iter: 2_000);

    /// <summary>A box that grew to the whole node would hide nothing and cost every ray.</summary>
    [Fact]
    public void Boxes_grow_by_two_steps_of_a_hundred_and_twenty_eighth_at_most() => Boxes.Sample(
        corners =>
        {
            Aabb[] boxes = [.. corners.Select(box => Aabb.Empty.Union(box.A).Union(box.B))];
            var all = boxes.Aggregate(Aabb.Empty, (sum, box) => sum.Union(box));
            var compressed = new CompressedNodes();
            compressed.Add(boxes, [.. Enumerable.Range(100, boxes.Length)]);
            var node = compressed.ToArray();

            for (var child = 0; child < boxes.Length; child++)
            {
                var slot = Array.IndexOf(node, 100 + child) - CompressedNodes.LinksAt;

                for (var axis = 0; axis < 3; axis++)
                {
                    var most = ((all.High(axis) - all.Low(axis)) / 64f) + 1e-6f;
                    Assert.InRange(boxes[child].Low(axis) - Plane(node, axis, slot, high: false), 0f, most);
                    Assert.InRange(Plane(node, axis, slot, high: true) - boxes[child].High(axis), 0f, most);
                }
            }
        },
        iter: 500);

    /// <summary>Rays take slots in the order of their octant, so slot 0 is the lowest corner's.</summary>
    [Fact]
    public void Eight_boxes_in_a_cube_stand_in_the_slots_of_their_corners()
    {
        var compressed = new CompressedNodes();
        Vec3[] corners = [.. Enumerable.Range(0, 8).Select(i => new Vec3(i >> 2, i & 1, (i >> 1) & 1))];
        compressed.Add(
            [.. corners.Select(corner => Aabb.Empty.Union(corner).Union(corner + new Vec3(0.5f)))],
            [.. corners.Select(corner => (int)(corner.X + (2f * corner.Y) + (4f * corner.Z)))]);

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], compressed.ToArray()[CompressedNodes.LinksAt..]);
    }

    private static float Plane(int[] node, int axis, int slot, bool high)
    {
        var word = node[(4 * (axis + 1)) + (high ? 2 : 0) + (slot >> 2)];
        var step = BitConverter.Int32BitsToSingle(((node[3] >> (axis * 8)) & 0xFF) << 23);

        return BitConverter.Int32BitsToSingle(node[axis]) + (((word >> ((slot & 3) * 8)) & 0xFF) * step);
    }
}
