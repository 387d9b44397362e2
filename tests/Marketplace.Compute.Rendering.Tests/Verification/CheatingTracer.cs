using System.Buffers.Binary;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Verification;

/// <summary>Leaves of devices that save work, under the head of the leaf that was ordered.</summary>
internal sealed class CheatingTracer(PathTracer tracer, RenderView view, CancellationToken cancel)
{
    /// <summary>Some of the samples, made as bright as all.</summary>
    public TileSums Fewer(Tile tile, SampleRange range, int samples) => As(
        tile, range, view, Scaled(tracer.Trace(view, tile, range with { Count = samples }, cancel), range.Count));

    /// <summary>All samples, of another seed.</summary>
    public TileSums OtherSeed(Tile tile, SampleRange range) => As(
        tile, range, view, tracer.Trace(view with { Seed = view.Seed + 1 }, tile, range, cancel).Values.ToArray());

    /// <summary>A few samples, and the noise smoothed away.</summary>
    public TileSums Blurred(Tile tile, SampleRange range, int samples) =>
        As(tile, range, view, Smooth(Fewer(tile, range, samples), tile));

    /// <summary>Another tile of the picture.</summary>
    public TileSums Reused(Tile tile, SampleRange range, Tile other) => As(
        tile, range, view, tracer.Trace(view, other, range, cancel).Values.ToArray());

    /// <summary>Another frame of a still scene.</summary>
    public TileSums OtherFrame(Tile tile, SampleRange range) => As(
        tile, range, view, tracer.Trace(view with { Frame = view.Frame + 1 }, tile, range, cancel).Values.ToArray());

    /// <summary>Shorter paths.</summary>
    public TileSums FewerBounces(Tile tile, SampleRange range, int bounces) => As(
        tile, range, view, tracer.Trace(view with { MaxBounces = bounces }, tile, range, cancel).Values.ToArray());

    /// <summary>The leaf's own pixels in another order: its mean is right.</summary>
    public TileSums Shuffled(Tile tile, SampleRange range)
    {
        var pixels = tracer.Trace(view, tile, range, cancel).Values.ToArray().Chunk(3).ToArray();
        new Random(1).Shuffle(pixels);

        return As(tile, range, view, [.. pixels.SelectMany(pixel => pixel)]);
    }

    /// <summary>All pixels as ordered but those without noise, which are all of one colour: their mean.</summary>
    public TileSums Flattened(Tile tile, SampleRange range)
    {
        var values = tracer.Trace(view, tile, range, cancel).Values.ToArray();
        var half = Fewer(tile, range, range.Count / 2).Values.ToArray();
        int[] quiet =
        [
            .. Enumerable.Range(0, tile.Pixels).Where(pixel => Enumerable.Range(pixel * 3, 3).All(
                at => Math.Abs(values[at] - half[at]) <= 1e-3f * values[at])),
        ];

        for (var channel = 0; channel < 3 && quiet.Length > 0; channel++)
        {
            var mean = quiet.Average(pixel => values[(pixel * 3) + channel]);
            Array.ForEach(quiet, pixel => values[(pixel * 3) + channel] = mean);
        }

        return As(tile, range, view, values);
    }

    /// <summary>These sums in the file of that leaf.</summary>
    public static TileSums As(Tile tile, SampleRange range, RenderView view, float[] values)
    {
        uint[] head =
        [
            0x53544B4D, 1, (uint)tile.X, (uint)tile.Y, (uint)tile.Width, (uint)tile.Height, (uint)range.First,
            (uint)range.Count, (uint)view.Frame, (uint)view.Seed, (uint)(view.Seed >> 32), 0,
        ];
        var file = new byte[TileSums.BytesOf(tile)];

        for (var at = 0; at < head.Length; at++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at * 4), head[at]);
        }

        for (var at = 0; at < values.Length; at++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(TileSums.HeaderBytes + (at * 4)), values[at]);
        }

        return TileSums.Parse(file);
    }

    private static float[] Scaled(TileSums sums, int samples) =>
        [.. sums.Values.ToArray().Select(value => value * samples / sums.Samples.Count)];

    /// <summary>The mean of three by three pixels.</summary>
    private static float[] Smooth(TileSums sums, Tile tile)
    {
        var smooth = new float[sums.Values.Length];

        for (var at = 0; at < smooth.Length; at++)
        {
            var (x, y, channel) = (at / 3 % tile.Width, at / 3 / tile.Width, at % 3);
            var (sum, count) = (0f, 0);

            for (var dy = Math.Max(0, y - 1); dy <= Math.Min(tile.Height - 1, y + 1); dy++)
            {
                for (var dx = Math.Max(0, x - 1); dx <= Math.Min(tile.Width - 1, x + 1); dx++)
                {
                    sum += sums.Values[(((dy * tile.Width) + dx) * 3) + channel];
                    count++;
                }
            }

            smooth[at] = sum / count;
        }

        return smooth;
    }
}
