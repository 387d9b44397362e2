using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>
/// The two-wide tree collapsed for SIMD on the Host. A node is 56 floats: eight children's minX, maxX, minY, maxY,
/// minZ, maxZ, then eight links. A leaf is a pack of up to eight neighbouring triangles, 72 floats: corner, first and
/// second edge by component. A link of zero or more is a node, below zero the complement of a pack's number, and below
/// <see cref="InstanceLinks"/> that of an instance's number and <see cref="InstanceFrom"/>.
/// </summary>
internal sealed class WideTree
{
    public const int Width = 8;
    public const int NodeFloats = Width * 7;
    public const int PackFloats = Width * 9;

    /// <summary>
    /// Every level of the wide tree takes at least one of the two-wide one, and leaves at most seven behind.
    /// </summary>
    public const int StackMax = ((Width - 1) * Traversal.DepthMax) + 1;

    /// <summary>The same with instances: the root of an instance's tree stands where the instance did.</summary>
    public const int InstancedStackMax = ((Width - 1) * Traversal.InstancedDepthMax) + 1;

    public const int InstanceFrom = 1 << 30;
    public const int InstanceLinks = ~InstanceFrom + 1;

    private readonly float[] _narrow;

    /// <summary>Null: nothing is written, and nodes and packs are only counted.</summary>
    private readonly Float4[]? _triangles;
    private readonly List<float> _nodes = [];
    private readonly List<float> _packs = [];
    private readonly List<int> _firsts = [];
    private readonly (int First, int End)[] _runs;
    private readonly bool[] _hasInstance;
    private int _nodeCount;
    private int _packCount;

    private WideTree(float[] narrow, Float4[]? triangles)
    {
        _narrow = narrow;
        _triangles = triangles;
        _runs = new (int, int)[narrow.Length / 16];
        _hasInstance = new bool[_runs.Length];
    }

    public float[] Nodes { get; private set; } = [];

    public float[] Packs { get; private set; } = [];

    /// <summary>The first triangle of each pack.</summary>
    public int[] PackFirsts { get; private set; } = [];

    /// <summary>For each instance the node at which its mesh's tree begins; of the world 0.</summary>
    public int[] InstanceRoots { get; private set; } = [];

    /// <param name="narrow">A tree as <see cref="BvhBuilder"/> makes it, and behind it those of shared meshes.</param>
    /// <param name="triangles">Three rows a triangle, in the order of the leaves.</param>
    /// <param name="instanceRoots">For each instance the node of the two-wide trees at which its mesh's begins.</param>
    public static WideTree Collapse(float[] narrow, Float4[] triangles, int[] instanceRoots)
    {
        var tree = new WideTree(narrow, triangles);
        var roots = tree.CollapseAll(instanceRoots);
        tree.Nodes = [.. tree._nodes];
        tree.Packs = [.. tree._packs];
        tree.PackFirsts = [.. tree._firsts];
        tree.InstanceRoots = Array.ConvertAll(instanceRoots, root => roots[root]);

        return tree;
    }

    /// <summary>Bytes of what <see cref="Collapse"/> would make of these trees.</summary>
    public static long BytesOf(float[] narrow, int[] instanceRoots)
    {
        var tree = new WideTree(narrow, triangles: null);
        tree.CollapseAll(instanceRoots);
        var nodeBytes = (long)tree._nodeCount * NodeFloats * sizeof(float);
        var packBytes = (long)tree._packCount * ((PackFloats * sizeof(float)) + sizeof(int));

        return nodeBytes + packBytes + (instanceRoots.LongLength * sizeof(int));
    }

    /// <summary>For each root of a two-wide tree that of its wide one.</summary>
    private Dictionary<int, int> CollapseAll(int[] instanceRoots)
    {
        FindRuns();
        var roots = new Dictionary<int, int> { [0] = CollapseFrom(0) };

        foreach (var root in instanceRoots)
        {
            if (!roots.ContainsKey(root))
            {
                roots[root] = CollapseFrom(root);
            }
        }

        return roots;
    }

    private int CollapseFrom(int root)
    {
        var first = AddNode();
        var pending = new Queue<(int Narrow, int Wide)>();
        pending.Enqueue((root, first));

        while (pending.TryDequeue(out var job))
        {
            Fill(job.Narrow, job.Wide, pending);
        }

        return first;
    }

    private int AddNode()
    {
        if (_triangles is not null)
        {
            _nodes.AddRange(new float[NodeFloats]);
        }

        return _nodeCount++;
    }

    private void Fill(int narrow, int wide, Queue<(int Narrow, int Wide)> pending)
    {
        Span<Child> children = stackalloc Child[Width];
        var count = 2;
        children[0] = ChildOf(narrow, 0);
        children[1] = ChildOf(narrow, 1);

        while (count < Width)
        {
            var best = LargestOpen(children[..count]);

            if (best < 0)
            {
                break;
            }

            var node = children[best].Link;
            children[best] = ChildOf(node, 0);
            children[count++] = ChildOf(node, 1);
        }

        for (var slot = 0; slot < Width; slot++)
        {
            var empty = slot >= count || Triangles(children[slot].Link) == 0;
            var link = empty ? ~0 : LinkOf(children[slot].Link, pending);

            if (_triangles is not null)
            {
                WriteBox(wide, slot, empty ? Aabb.Empty : children[slot].Box);
                WriteLink(wide, slot, link);
            }
        }
    }

    /// <summary>The inner child of the largest surface that is too large for one pack, or -1.</summary>
    private int LargestOpen(ReadOnlySpan<Child> children)
    {
        var best = -1;

        for (var i = 0; i < children.Length; i++)
        {
            if (children[i].Link >= 0 && Triangles(children[i].Link) > Width
                && (best < 0 || children[i].Box.HalfArea() > children[best].Box.HalfArea()))
            {
                best = i;
            }
        }

        return best;
    }

    private int LinkOf(int link, Queue<(int Narrow, int Wide)> pending)
    {
        if (IsInstance(link))
        {
            return ~(InstanceFrom + (~link >> BvhBuilder.LeafCountBits));
        }

        if (Triangles(link) <= Width)
        {
            return ~AddPack(link);
        }

        var node = AddNode();
        pending.Enqueue((link, node));

        return node;
    }

    private int AddPack(int link)
    {
        if (_triangles is null)
        {
            return _packCount++;
        }

        var (first, end) = RunOf(link);

        for (var component = 0; component < 9; component++)
        {
            for (var lane = 0; lane < Width; lane++)
            {
                // An empty lane has edges of zero: its determinant is zero, and nothing is ever hit.
                _packs.Add(first + lane < end ? Component(first + lane, component) : 0f);
            }
        }

        _firsts.Add(first);

        return _packCount++;
    }

    private float Component(int triangle, int component)
    {
        var row = _triangles![(triangle * 3) + (component / 3)];

        return (component % 3) switch
        {
            0 => row.X,
            1 => row.Y,
            _ => row.Z,
        };
    }

    /// <summary>Children follow their parents in the two-wide tree, so one pass from the end is enough.</summary>
    private void FindRuns()
    {
        for (var node = _runs.Length - 1; node >= 0; node--)
        {
            var left = RunOf(NarrowLink(node, 0));
            var right = RunOf(NarrowLink(node, 1));
            _runs[node] = right.First == right.End ? left
                : left.First == left.End ? right : (left.First, right.End);
            _hasInstance[node] = HasInstance(NarrowLink(node, 0)) || HasInstance(NarrowLink(node, 1));
        }
    }

    private (int First, int End) RunOf(int link)
    {
        if (link >= 0)
        {
            return _runs[link];
        }

        if (IsInstance(link))
        {
            return default;
        }

        var first = ~link >> BvhBuilder.LeafCountBits;

        return (first, first + (~link & BvhBuilder.LeafCountMask));
    }

    private bool HasInstance(int link) => link >= 0 ? _hasInstance[link] : IsInstance(link);

    private static bool IsInstance(int link) =>
        link < 0 && (~link & BvhBuilder.LeafCountMask) == BvhBuilder.InstanceMark;

    /// <summary>Triangles below a link; where instances are among them, more than fit a pack.</summary>
    private int Triangles(int link)
    {
        if (HasInstance(link))
        {
            return Width + 1;
        }

        var (first, end) = RunOf(link);

        return end - first;
    }

    private int NarrowLink(int node, int side) => BitConverter.SingleToInt32Bits(_narrow[(node * 16) + 12 + side]);

    private Child ChildOf(int node, int side)
    {
        var xy = (node * 16) + (side * 4);
        var z = (node * 16) + 8 + (side * 2);

        return new Child(
            NarrowLink(node, side),
            new Aabb(_narrow[xy], _narrow[xy + 2], _narrow[z], _narrow[xy + 1], _narrow[xy + 3], _narrow[z + 1]));
    }

    private void WriteBox(int node, int slot, Aabb box)
    {
        var at = (node * NodeFloats) + slot;
        _nodes[at] = box.MinX;
        _nodes[at + Width] = box.MaxX;
        _nodes[at + (2 * Width)] = box.MinY;
        _nodes[at + (3 * Width)] = box.MaxY;
        _nodes[at + (4 * Width)] = box.MinZ;
        _nodes[at + (5 * Width)] = box.MaxZ;
    }

    private void WriteLink(int node, int slot, int link) =>
        _nodes[(node * NodeFloats) + (6 * Width) + slot] = BitConverter.Int32BitsToSingle(link);

    private readonly record struct Child(int Link, Aabb Box);
}
