using Marketplace.Compute.Rendering.Film;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>What one launch traces: a tile, and samples that are added up in one go.</summary>
internal struct BatchSpan
{
    public int X;
    public int Y;
    public int Width;
    public int Height;
    public int First;
    public int Count;

    /// <summary>Not zero: the target's sums are of the batch's samples before these, and go on.</summary>
    public int Onto;

    /// <summary>Batch number <paramref name="batch"/> of a range; the last one may be short.</summary>
    public static BatchSpan Of(Tile tile, SampleRange samples, int batch)
    {
        var first = samples.First + (batch * SampleRange.Batch);

        return new BatchSpan
        {
            X = tile.X,
            Y = tile.Y,
            Width = tile.Width,
            Height = tile.Height,
            First = first,
            Count = Math.Min(SampleRange.Batch, samples.First + samples.Count - first),
        };
    }
}
