namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// One frame in the making. Units may come in any order; their sums are joined in a fixed binary tree over sample
/// batches, so every cut into units ends in the same bits. Not safe for use by several threads at once.
/// </summary>
public sealed class FrameFilm
{
    private readonly Dictionary<Tile, List<Node>> _tiles = [];

    public FrameFilm(int width, int height, int samples, int frame = 0, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, RenderView.SizeMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, RenderView.SizeMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, SampleRange.SamplesMax);
        Width = width;
        Height = height;
        Samples = samples;
        Frame = frame;
        Seed = seed;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Samples a pixel of the finished frame.</summary>
    public int Samples { get; }

    public int Frame { get; }

    public ulong Seed { get; }

    /// <summary>Pixel samples that are there, of Width x Height x Samples.</summary>
    public long SamplesDone { get; private set; }

    public bool IsComplete => SamplesDone == (long)Width * Height * Samples;

    public AddOutcome Add(TileSums sums)
    {
        var range = sums.Samples;
        var endsOnBatch = range.Count % SampleRange.Batch == 0;

        if (sums.Frame != Frame || sums.Seed != Seed || !sums.Tile.FitsIn(Width, Height) || !range.IsAligned
            || range.First + range.Count > Samples || (!endsOnBatch && range.First + range.Count != Samples))
        {
            return AddOutcome.NotOfThisFrame;
        }

        if (!_tiles.TryGetValue(sums.Tile, out var nodes))
        {
            if (_tiles.Keys.Any(sums.Tile.Overlaps))
            {
                return AddOutcome.Overlaps;
            }

            nodes = [];
            _tiles[sums.Tile] = nodes;
        }

        if (nodes.Exists(node => range.First < node.End && node.First < range.First + range.Count))
        {
            return nodes.Exists(node => node.Units.Contains(range)) ? AddOutcome.AlreadyThere : AddOutcome.Overlaps;
        }

        Join(nodes, new Node(range.First, range.Count, sums.Values.ToArray(), [range]));
        SamplesDone += (long)sums.Tile.Pixels * range.Count;

        return AddOutcome.Added;
    }

    /// <summary>Mean radiance of every pixel, three floats each; black where nothing is there yet.</summary>
    public float[] ToRadiance()
    {
        var picture = new float[Width * Height * 3];

        foreach (var (tile, nodes) in _tiles)
        {
            var total = Total(nodes, out var count);

            for (var i = 0; i < total.Length; i++)
            {
                var row = i / (tile.Width * 3);
                var place = (((tile.Y + row) * Width) + tile.X) * 3;
                picture[place + (i - (row * tile.Width * 3))] = total[i] / count;
            }
        }

        return picture;
    }

    /// <summary>Writes an 8-bit sRGB PNG.</summary>
    public void ToPng(ToneMap toneMap, Stream stream) => PngPicture.Write(ToRadiance(), Width, Height, toneMap, stream);

    /// <summary>Writes a 16-bit sRGB PNG.</summary>
    public void ToPng16(ToneMap toneMap, Stream stream) =>
        PngPicture.Write16(ToRadiance(), Width, Height, toneMap, stream);

    public byte[] ToPng(ToneMap toneMap)
    {
        using var stream = new MemoryStream();
        ToPng(toneMap, stream);

        return stream.ToArray();
    }

    /// <summary>Writes the radiance as OpenEXR with the channels R, G and B, and whatever else is given.</summary>
    /// <exception cref="ArgumentException">See <see cref="ExrPicture.Write"/>.</exception>
    public void ToExr(ExrPrecision precision, Stream stream, params IReadOnlyList<ExrChannel> more)
    {
        var radiance = ToRadiance();

        ExrPicture.Write(stream, Width, Height, [.. "RGB".Select(Channel), .. more]);

        ExrChannel Channel(char name, int lane) => new(
            name.ToString(), precision, [.. Enumerable.Range(0, Width * Height).Select(i => radiance[(i * 3) + lane])]);
    }

    /// <summary>
    /// Adds a node and joins siblings upwards for as long as both are whole. Whole is also a right part that ends with
    /// the frame's last sample; a left part that does so has no sibling and rises alone.
    /// </summary>
    private void Join(List<Node> nodes, Node node)
    {
        for (var level = node.Level; node.First > 0 || node.End < Samples; level++)
        {
            var span = SampleRange.Batch << level;

            if (node.First / span % 2 == 0)
            {
                if (node.End == Samples)
                {
                    continue;
                }

                var right = nodes.Find(other => other.First == node.First + span
                    && (other.Count == span || other.End == Samples));

                if (right is null || node.Count != span)
                {
                    break;
                }

                nodes.Remove(right);
                node = node.Plus(right);
            }
            else
            {
                var left = nodes.Find(other => other.First == node.First - span && other.Count == span);

                if (left is null)
                {
                    break;
                }

                nodes.Remove(left);
                node = left.Plus(node);
            }
        }

        nodes.Add(node);
        nodes.Sort((a, b) => a.First.CompareTo(b.First));
    }

    /// <summary>What is there so far: one node if the frame is complete, else a preview.</summary>
    private static float[] Total(List<Node> nodes, out int count)
    {
        count = nodes.Sum(node => node.Count);

        var total = nodes[^1].Values;

        for (var i = nodes.Count - 2; i >= 0; i--)
        {
            total = Node.Sum(nodes[i].Values, total);
        }

        return total;
    }

    private sealed record Node(int First, int Count, float[] Values, List<SampleRange> Units)
    {
        public int Level => new SampleRange(First, Count).Level;

        public int End => First + Count;

        public static float[] Sum(float[] left, float[] right)
        {
            var sum = new float[left.Length];

            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] = left[i] + right[i];
            }

            return sum;
        }

        public Node Plus(Node right) =>
            new(First, Count + right.Count, Sum(Values, right.Values), [.. Units, .. right.Units]);
    }
}
