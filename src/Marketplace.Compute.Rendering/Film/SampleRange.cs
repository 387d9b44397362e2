namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// Samples First .. First + Count - 1 of every pixel. Sums are added in one binary tree over batches of
/// <see cref="Batch"/> samples, whoever rendered them, so a range must be a node of that tree: it starts at a multiple
/// of the smallest power of two of batches that holds it.
/// </summary>
public readonly record struct SampleRange(int First, int Count)
{
    /// <summary>Samples that are always added up in one go, in ascending order.</summary>
    public const int Batch = 16;

    /// <summary>No picture has more samples a pixel.</summary>
    public const int SamplesMax = 1 << 24;

    public int FirstBatch => First / Batch;

    public int Batches => (Count + Batch - 1) / Batch;

    /// <summary>Height of this node over the batches.</summary>
    public int Level => Batches <= 1 ? 0 : 32 - int.LeadingZeroCount(Batches - 1);

    public bool IsAligned =>
        Count > 0 && First >= 0 && First <= SamplesMax - Count && First % (Batch << Level) == 0;

    /// <summary>
    /// Cuts all samples of a pixel into ranges of <paramref name="batches"/> batches, a power of two.
    /// </summary>
    public static IEnumerable<SampleRange> Cut(int samples, int batches)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);

        if (batches < 1 || !int.IsPow2(batches))
        {
            throw new ArgumentOutOfRangeException(nameof(batches), batches, "must be a power of two.");
        }

        for (var first = 0; first < samples; first += batches * Batch)
        {
            yield return new SampleRange(first, Math.Min(batches * Batch, samples - first));
        }
    }
}
