namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>
/// The tree over the world's triangles and the instances, and behind it in the same array the trees of the shared
/// meshes. Without instances it is the one tree as it was built.
/// </summary>
/// <param name="Nodes">16 words a node.</param>
/// <param name="Order">For each place in the leaves, of all trees, which triangle stands there.</param>
/// <param name="Roots">The node at which each shared tree begins.</param>
internal sealed record TreeForest(float[] Nodes, int[] Order, int[] Roots)
{
    private const int NodeWords = 16;
    private const int LinksAt = 12;

    /// <param name="world">Over triangles, and behind them instances, each alone in its leaf.</param>
    /// <param name="loose">The world's triangles: what the first boxes of its tree stood for.</param>
    /// <param name="shared">The trees that instances are of.</param>
    public static TreeForest Of(BvhTree world, int[] loose, IReadOnlyList<SharedTree> shared)
    {
        if (shared.Count == 0)
        {
            return new TreeForest(world.Nodes, Array.ConvertAll(world.Order, box => loose[box]), []);
        }

        var nodes = new float[world.Nodes.Length + shared.Sum(mesh => mesh.Tree.Nodes.Length)];
        var order = new int[loose.Length + shared.Sum(mesh => mesh.Tree.Order.Length)];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(order.Length, BvhBuilder.TrianglesMax);
        world.Nodes.CopyTo(nodes, 0);
        NameInstances(nodes.AsSpan(0, world.Nodes.Length), world.Order, loose, order);
        var roots = new int[shared.Count];
        var node = world.Nodes.Length / NodeWords;
        var triangle = loose.Length;

        for (var mesh = 0; mesh < shared.Count; mesh++)
        {
            var (tree, first) = shared[mesh];
            roots[mesh] = node;
            tree.Nodes.CopyTo(nodes, node * NodeWords);
            Shift(nodes.AsSpan(node * NodeWords, tree.Nodes.Length), node, triangle);

            for (var i = 0; i < tree.Order.Length; i++)
            {
                order[triangle + i] = first + tree.Order[i];
            }

            node += tree.Nodes.Length / NodeWords;
            triangle += tree.Order.Length;
        }

        return new TreeForest(nodes, order, roots);
    }

    /// <summary>
    /// Leaves count triangles without the instances between them; those of instances get the mark. The world itself is
    /// instance 0.
    /// </summary>
    private static void NameInstances(Span<float> nodes, int[] boxes, int[] loose, int[] order)
    {
        var places = new int[boxes.Length];
        var count = 0;

        for (var i = 0; i < boxes.Length; i++)
        {
            places[i] = count;

            if (boxes[i] < loose.Length)
            {
                order[count++] = loose[boxes[i]];
            }
        }

        ForEachLeaf(nodes, leaf =>
        {
            var first = leaf >> BvhBuilder.LeafCountBits;
            var triangles = leaf & BvhBuilder.LeafCountMask;

            return triangles == 0 ? BvhBuilder.Leaf(0, 0)
                : boxes[first] >= loose.Length
                    ? BvhBuilder.Leaf(boxes[first] - loose.Length + 1, BvhBuilder.InstanceMark)
                    : BvhBuilder.Leaf(places[first], triangles);
        });
    }

    private static void Shift(Span<float> nodes, int node, int triangle)
    {
        ForEachLeaf(nodes, leaf => BvhBuilder.Leaf(
            (leaf >> BvhBuilder.LeafCountBits) + triangle, leaf & BvhBuilder.LeafCountMask));

        for (var at = LinksAt; at < nodes.Length; at += NodeWords)
        {
            for (var side = at; side < at + 2; side++)
            {
                var link = BitConverter.SingleToInt32Bits(nodes[side]);
                nodes[side] = BitConverter.Int32BitsToSingle(link < 0 ? link : link + node);
            }
        }
    }

    private static void ForEachLeaf(Span<float> nodes, Func<int, int> leafOf)
    {
        for (var at = LinksAt; at < nodes.Length; at += NodeWords)
        {
            for (var side = at; side < at + 2; side++)
            {
                var link = BitConverter.SingleToInt32Bits(nodes[side]);
                nodes[side] = BitConverter.Int32BitsToSingle(link < 0 ? leafOf(~link) : link);
            }
        }
    }
}
