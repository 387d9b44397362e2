namespace Marketplace.Domain.Renders;

/// <summary>
/// What is traced of an order before it is placed: the first, the middle and the last frame at an eighth of the size.
/// </summary>
/// <param name="Frames">Up to three frame numbers, ascending.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Samples">Samples a pixel of one pass.</param>
public sealed record ProbePlan(IReadOnlyList<int> Frames, int Width, int Height, int Samples)
{
    /// <summary>Passes over each frame, as long as time lasts.</summary>
    public const int PassesMax = 4;

    /// <summary>Fewest samples a pixel of a pass.</summary>
    public const int SamplesMin = 4;

    /// <summary>Most samples a pixel of a pass: a batch, which every pass begins at its own.</summary>
    public const int SamplesMax = 16;

    private const int Eighth = 8;
    private const int ReductionMax = 128;

    /// <summary>Fewer pixels tell nothing: a small picture is made smaller by less than eight.</summary>
    private const long PixelsMin = 4_096;

    /// <summary>More pixels take too long: a large picture is made smaller by more than eight.</summary>
    private const long PixelsMax = 131_072;

    /// <summary>Pixel samples of a pass at least, as far as <see cref="SamplesMax"/> allows.</summary>
    private const long PassSamplesMin = 65_536;

    public static ProbePlan Of(RenderOrder order)
    {
        var by = Eighth;

        while (by > 1 && PixelsAt(order, by) < PixelsMin)
        {
            by /= 2;
        }

        while (by < ReductionMax && PixelsAt(order, by) > PixelsMax)
        {
            by *= 2;
        }

        int[] frames = [order.Frames[0], order.Frames[order.Frames.Count / 2], order.Frames[^1]];
        var samples = (PassSamplesMin + PixelsAt(order, by) - 1) / PixelsAt(order, by);

        return new(
            [.. frames.Distinct()],
            Reduced(order.Width, by),
            Reduced(order.Height, by),
            (int)Math.Clamp(samples, SamplesMin, SamplesMax));
    }

    private static long PixelsAt(RenderOrder order, int by) =>
        (long)Reduced(order.Width, by) * Reduced(order.Height, by);

    private static int Reduced(int pixels, int by) => (pixels + by - 1) / by;
}
