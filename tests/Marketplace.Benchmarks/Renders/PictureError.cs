using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// How far a picture is from another that is taken for true. Relative squared errors are (t - r)² / (r² + 0.01), mean over
/// pixels and channels; <see cref="Trimmed"/> leaves out the worst thousandth of the pixels. <see cref="Ssim"/> is the
/// structural similarity of display luminance over windows of 8 x 8 (Wang et al. 2004). <see cref="Bias"/> is the ratio of
/// the mean luminances less one.
/// </summary>
internal sealed record PictureError(double RelMse, double Trimmed, double Ssim, double Bias)
{
    private const double Floor = 0.01;
    private const double TrimmedShare = 0.001;
    private const int Window = 8;
    private const double C1 = 0.01 * 0.01;
    private const double C2 = 0.03 * 0.03;

    public static PictureError Between(float[] test, float[] truth, int width)
    {
        var pixels = new double[truth.Length / 3];

        for (var i = 0; i < truth.Length; i++)
        {
            var off = (double)test[i] - truth[i];
            pixels[i / 3] += off * off / (((double)truth[i] * truth[i]) + Floor) / 3.0;
        }

        var sorted = pixels.Order().ToArray();
        var kept = sorted.Length - (int)(sorted.Length * TrimmedShare);

        return new PictureError(
            pixels.Average(),
            sorted.Take(kept).Average(),
            SsimOf(Display(test), Display(truth), width),
            (Mean(test) / Mean(truth)) - 1.0);
    }

    private static double Mean(float[] picture) => Luminances(picture).Average();

    private static IEnumerable<double> Luminances(float[] picture) => Enumerable.Range(0, picture.Length / 3).Select(
        i => (double)new Vec3(picture[i * 3], picture[(i * 3) + 1], picture[(i * 3) + 2]).Luminance());

    private static double[] Display(float[] picture) =>
        [.. Luminances(picture).Select(light => Math.Pow(Math.Clamp(light, 0.0, 1.0), 1.0 / 2.2))];

    private static double SsimOf(double[] a, double[] b, int width)
    {
        var height = a.Length / width;
        var sum = 0.0;
        var windows = 0;

        for (var y = 0; y + Window <= height; y += Window / 2)
        {
            for (var x = 0; x + Window <= width; x += Window / 2)
            {
                sum += SsimAt(a, b, (y * width) + x, width);
                windows++;
            }
        }

        return windows == 0 ? 1.0 : sum / windows;
    }

    private static double SsimAt(double[] a, double[] b, int corner, int width)
    {
        double sumA = 0.0, sumB = 0.0, squareA = 0.0, squareB = 0.0, product = 0.0;

        for (var i = 0; i < Window * Window; i++)
        {
            var at = corner + (i / Window * width) + (i % Window);
            sumA += a[at];
            sumB += b[at];
            squareA += a[at] * a[at];
            squareB += b[at] * b[at];
            product += a[at] * b[at];
        }

        const double Count = Window * Window;
        var (meanA, meanB) = (sumA / Count, sumB / Count);
        var (varianceA, varianceB) = ((squareA / Count) - (meanA * meanA), (squareB / Count) - (meanB * meanB));
        var covariance = (product / Count) - (meanA * meanB);

        return ((2.0 * meanA * meanB) + C1) * ((2.0 * covariance) + C2)
            / (((meanA * meanA) + (meanB * meanB) + C1) * (varianceA + varianceB + C2));
    }
}
