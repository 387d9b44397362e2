using Marketplace.Compute.Rendering.Film;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Traces a unit of work on some device. Same arguments, same sums.</summary>
internal interface IUnitTracer : IDisposable
{
    /// <summary>Fills <paramref name="sums"/> with three floats a pixel, row by row.</summary>
    void Trace(ViewConstants view, Tile tile, SampleRange samples, float[] sums, CancellationToken cancellation);

    /// <summary>
    /// Goes on within a batch: <paramref name="sums"/> has those of its samples before these, which are added to it one
    /// by one, so that the batch comes to the same bits in two steps as in one.
    /// </summary>
    void TraceOn(ViewConstants view, Tile tile, SampleRange samples, float[] sums, CancellationToken cancellation);

    /// <summary>
    /// Fills <paramref name="sums"/> with the floats of <see cref="FirstHits"/> for each pixel, row by row.
    /// </summary>
    void TraceFirstHits(
        ViewConstants view, Tile tile, SampleRange samples, float[] sums, CancellationToken cancellation);
}
