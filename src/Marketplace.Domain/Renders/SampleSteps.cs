namespace Marketplace.Domain.Renders;

/// <summary>
/// How the samples of a tile are cut where its noise is looked at: steps that double what is there (16, 16, 32, 64, …),
/// up to the size of a unit. Each is a node of the tree in which sums are added.
/// </summary>
public static class SampleSteps
{
    /// <summary>Samples a pixel of the first step: what is always added up in one go.</summary>
    public const int First = 16;

    /// <summary>Samples a pixel before the first look: three steps, and enough to meet what is rarely met.</summary>
    public const int FirstLook = 64;

    /// <summary>The steps in order: first sample and number of samples.</summary>
    public static IEnumerable<(int First, int Samples)> Cut(int samples)
    {
        for (var first = 0; first < samples;)
        {
            var step = Math.Min(
                samples - first, first == 0 ? First : Math.Min(first, RenderPlan.SamplesPerUnit));
            yield return (first, step);
            first += step;
        }
    }

    /// <summary>Steps that begin before this sample.</summary>
    public static int Count(int samples) => Cut(samples).Count();

    /// <summary>
    /// Samples after which the noise is looked at next: a power of two of batches, or all samples, after which there is
    /// nothing left to decide.
    /// </summary>
    /// <param name="after">Samples of the last look, or 0.</param>
    /// <param name="samples">All that was ordered.</param>
    public static int NextLook(int after, int samples) =>
        (int)Math.Min(samples, after == 0 ? FirstLook : 2L * after);
}
