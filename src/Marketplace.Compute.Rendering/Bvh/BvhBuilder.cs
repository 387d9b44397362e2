using System.Runtime.ExceptionServices;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>
/// Builds a two-wide tree by the binned surface area heuristic (Wald 2007), top down, in a fixed order: the same
/// triangles always give the same tree. A node is 16 words: x and y slabs of both children, their z slabs, two links.
/// A link below zero is a leaf: the complement holds first triangle and count, or an instance and
/// <see cref="InstanceMark"/>.
/// </summary>
internal sealed class BvhBuilder
{
    public const int LeafCountBits = 4;
    public const int LeafCountMask = (1 << LeafCountBits) - 1;

    /// <summary>In place of a leaf's count: what stands there is no run of triangles but an instance.</summary>
    public const int InstanceMark = LeafCountMask;

    public const int TrianglesMax = 1 << (31 - LeafCountBits - 1);

    private const int Bins = 16;
    private const int LeafTriangles = 4;

    /// <summary>Cost of a node visit in triangle tests.</summary>
    private const float NodeCost = 1.2f;

    private readonly Aabb[] _boxes;
    private readonly int _loneFrom;
    private readonly SceneWork _work;
    private readonly int[] _order;
    private readonly List<float> _nodes = [];
    private readonly Aabb[] _binBoxes = new Aabb[Bins];
    private readonly int[] _binCounts = new int[Bins];
    private readonly float[] _rightAreas = new float[Bins];

    private BvhBuilder(Aabb[] boxes, SceneWork work, int loneFrom)
    {
        _boxes = boxes;
        _work = work;
        _loneFrom = loneFrom;
        _order = new int[boxes.Length];

        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }
    }

    /// <summary>The tree over <paramref name="boxes"/> and the order in which its leaves name them.</summary>
    /// <param name="boxes">Of triangles, and behind them of instances.</param>
    /// <param name="work">Ends it.</param>
    /// <param name="loneFrom">From this box on each stands alone in its leaf. Default: none does.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static BvhTree Build(Aabb[] boxes, SceneWork work, int loneFrom = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(boxes.Length, TrianglesMax);
        var builder = new BvhBuilder(boxes, work, loneFrom);
        builder.BuildAll();

        return new BvhTree([.. builder._nodes], builder._order);
    }

    public static int Leaf(int first, int count) => ~((first << LeafCountBits) | count);

    private void BuildAll()
    {
        var pending = new Stack<Job>();
        _nodes.AddRange(new float[16]);
        var all = Bounds(0, _order.Length);

        if (_order.Length <= LeafTriangles && (_order.Length < 2 || !HasLone(0, _order.Length)))
        {
            Write(0, all, Leaf(0, _order.Length), Aabb.Empty, Leaf(0, 0));

            return;
        }

        pending.Push(new Job(0, 0, _order.Length, 0));

        while (pending.TryPop(out var job))
        {
            var middle = Split(job.First, job.End, job.Depth);
            var left = Link(job.First, middle, job.Depth + 1, pending);
            var right = Link(middle, job.End, job.Depth + 1, pending);
            Write(job.Node, Bounds(job.First, middle), left, Bounds(middle, job.End), right);
        }
    }

    private int Link(int first, int end, int depth, Stack<Job> pending)
    {
        if (end - first <= LeafTriangles && !WorthSplitting(first, end))
        {
            return Leaf(first, end - first);
        }

        var node = _nodes.Count / 16;
        _nodes.AddRange(new float[16]);
        pending.Push(new Job(node, first, end, depth));

        return node;
    }

    private bool WorthSplitting(int first, int end)
    {
        if (end - first < 2)
        {
            return false;
        }

        if (HasLone(first, end))
        {
            return true;
        }

        var best = BestSplit(first, end, Centres(first, end));

        return best.Axis >= 0 && best.Cost + (NodeCost * Bounds(first, end).HalfArea())
            < (end - first) * Bounds(first, end).HalfArea();
    }

    private bool HasLone(int first, int end) =>
        _loneFrom < _boxes.Length && _order.AsSpan(first, end - first).ContainsAnyInRange(_loneFrom, int.MaxValue);

    /// <summary>
    /// Partitions a run and answers where the right part begins. Too deep, or all centres alike: the middle.
    /// </summary>
    private int Split(int first, int end, int depth)
    {
        // From here on halves only: 2^27 triangles need 27 more levels at most.
        var centres = Centres(first, end);
        var best = depth < Traversal.DepthMax - 30 ? BestSplit(first, end, centres) : new Candidate(-1, 0, 0f);

        if (best.Axis < 0)
        {
            return SplitInHalf(first, end, centres);
        }

        var low = centres.Low(best.Axis);
        var scale = Bins / (centres.High(best.Axis) - low);
        var i = first;
        var j = end - 1;

        while (i <= j)
        {
            if (Bin(_order[i], best.Axis, low, scale) <= best.Bin)
            {
                i++;
            }
            else
            {
                (_order[i], _order[j]) = (_order[j], _order[i]);
                j--;
            }
        }

        return i == first || i == end ? SplitInHalf(first, end, centres) : i;
    }

    private int SplitInHalf(int first, int end, Aabb centres)
    {
        var axis = centres.LongestAxis();
        var run = _order.AsSpan(first, end - first);

        try
        {
            run.Sort((a, b) =>
            {
                _work.Step();
                var byCentre = _boxes[a].Centre(axis).CompareTo(_boxes[b].Centre(axis));

                return byCentre != 0 ? byCentre : a.CompareTo(b);
            });
        }
        catch (InvalidOperationException fault) when (fault.InnerException is OperationCanceledException ended)
        {
            // Sorting wraps whatever its comparison throws.
            ExceptionDispatchInfo.Throw(ended);
        }

        return first + ((end - first) / 2);
    }

    private Candidate BestSplit(int first, int end, Aabb centres)
    {
        var best = new Candidate(-1, 0, float.PositiveInfinity);

        for (var axis = 0; axis < 3; axis++)
        {
            var extent = centres.High(axis) - centres.Low(axis);

            // A span so thin that its bins overflow cannot be split along this axis.
            if (extent > 0f && float.IsFinite(Bins / extent))
            {
                best = BestOnAxis(first, end, axis, centres.Low(axis), Bins / extent, best);
            }
        }

        return best;
    }

    private Candidate BestOnAxis(int first, int end, int axis, float low, float scale, Candidate best)
    {
        _work.Step(end - first);
        Array.Fill(_binBoxes, Aabb.Empty);
        Array.Clear(_binCounts);

        for (var i = first; i < end; i++)
        {
            var bin = Bin(_order[i], axis, low, scale);
            _binBoxes[bin] = _binBoxes[bin].Union(_boxes[_order[i]]);
            _binCounts[bin]++;
        }

        var right = Aabb.Empty;
        var rightCount = 0;

        for (var bin = Bins - 1; bin > 0; bin--)
        {
            right = right.Union(_binBoxes[bin]);
            rightCount += _binCounts[bin];
            _rightAreas[bin - 1] = right.HalfArea() * rightCount;
        }

        var left = Aabb.Empty;
        var leftCount = 0;

        for (var bin = 0; bin < Bins - 1; bin++)
        {
            left = left.Union(_binBoxes[bin]);
            leftCount += _binCounts[bin];
            var cost = (left.HalfArea() * leftCount) + _rightAreas[bin];

            if (leftCount > 0 && leftCount < end - first && cost < best.Cost)
            {
                best = new Candidate(axis, bin, cost);
            }
        }

        return best;
    }

    private int Bin(int box, int axis, float low, float scale) =>
        Num.Max(0, Num.Min((int)((_boxes[box].Centre(axis) - low) * scale), Bins - 1));

    private Aabb Bounds(int first, int end)
    {
        _work.Step(end - first);
        var bounds = Aabb.Empty;

        for (var i = first; i < end; i++)
        {
            bounds = bounds.Union(_boxes[_order[i]]);
        }

        return bounds;
    }

    private Aabb Centres(int first, int end)
    {
        _work.Step(end - first);
        var bounds = Aabb.Empty;

        for (var i = first; i < end; i++)
        {
            bounds = bounds.Union(_boxes[_order[i]].Centre());
        }

        return bounds;
    }

    private void Write(int node, Aabb left, int leftLink, Aabb right, int rightLink)
    {
        ReadOnlySpan<float> words =
        [
            left.MinX, left.MaxX, left.MinY, left.MaxY, right.MinX, right.MaxX, right.MinY, right.MaxY,
            left.MinZ, left.MaxZ, right.MinZ, right.MaxZ,
            BitConverter.Int32BitsToSingle(leftLink), BitConverter.Int32BitsToSingle(rightLink), 0f, 0f,
        ];

        for (var i = 0; i < words.Length; i++)
        {
            _nodes[(node * 16) + i] = words[i];
        }
    }

    private readonly record struct Job(int Node, int First, int End, int Depth);

    private readonly record struct Candidate(int Axis, int Bin, float Cost);
}
