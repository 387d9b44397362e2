namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Traces one batch of samples for a tile on some device. Same arguments, same sums.</summary>
internal interface IBatchTracer : IDisposable
{
    /// <summary>Fills <paramref name="sums"/> with three floats a pixel, row by row.</summary>
    void Trace(ViewConstants view, BatchSpan span, float[] sums, CancellationToken cancellation);
}
