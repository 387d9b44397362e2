using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

/// <summary>
/// The colours of a thin film against Airy's sum of all its reflections, wavelength by wavelength in double precision,
/// seen with the colour-matching functions of 1931 (in the form of Wyman, Sloan and Shirley 2013).
/// </summary>
public sealed class ThinFilmTests
{
    private const int ShortestNanometres = 360;
    private const int LongestNanometres = 830;

    [Theory]
    [InlineData(0.04f, 1.3f)]
    [InlineData(0.04f, 1.8f)]
    [InlineData(0.2f, 1.5f)]
    [InlineData(0.9f, 1.3f)]
    public void A_film_seen_straight_on_has_the_colour_of_Airys_sum(float baseF0, float index)
    {
        var (worst, spread) = (0.0, 0.0);

        for (var thickness = 50; thickness <= 800; thickness += 10)
        {
            var seen = ThinFilm.Reflectance(new Vec3(baseF0), index, thickness, 1f);
            var expected = Airy(baseF0, index, thickness);
            double[] off = [seen.X - expected[0], seen.Y - expected[1], seen.Z - expected[2]];
            worst = Math.Max(worst, off.Max(Math.Abs));
            spread = Math.Max(spread, expected.Max() - expected.Min());
        }

        // The fitted curves and two orders of reflections leave 7.5 % of the colours.
        Assert.InRange(spread, 0.03, 0.3);
        Assert.InRange(worst, 0.0, 0.085 * spread);
    }

    private static double[] Airy(double baseF0, double index, double thickness)
    {
        var root = Math.Sqrt(baseF0);
        var baseIndex = (1 + root) / (1 - root);
        var (first, second) = ((1 - index) / (1 + index), (index - baseIndex) / (index + baseIndex));
        var (reflected, bent) = (first * first, second * second);

        // Over all phases; the colours are around it, as of a white that is the same in all channels.
        var mean = reflected + ((1 - reflected) * (1 - reflected) * bent / (1 - (reflected * bent)));
        var (x, y, z, white) = (0.0, 0.0, 0.0, 0.0);

        for (var wavelength = ShortestNanometres; wavelength <= LongestNanometres; wavelength++)
        {
            var turn = 2 * Math.Cos(4 * Math.PI * index * thickness / wavelength);
            var around = first * second * turn;
            var light = ((reflected + bent + around) / (1 + (reflected * bent) + around)) - mean;
            x += light * RedOf(wavelength);
            y += light * GreenOf(wavelength);
            z += light * BlueOf(wavelength);
            white += GreenOf(wavelength);
        }

        (x, y, z) = (x / white, y / white, z / white);

        // Rec. 709 (IEC 61966-2-1).
        return
        [
            Math.Clamp(mean + (3.2406 * x) - (1.5372 * y) - (0.4986 * z), 0, 1),
            Math.Clamp(mean - (0.9689 * x) + (1.8758 * y) + (0.0415 * z), 0, 1),
            Math.Clamp(mean + (0.0557 * x) - (0.2040 * y) + (1.0570 * z), 0, 1),
        ];
    }

    private static double RedOf(double wavelength) => Lobe(wavelength, 1.056, 599.8, 37.9, 31.0)
        + Lobe(wavelength, 0.362, 442.0, 16.0, 26.7) + Lobe(wavelength, -0.065, 501.1, 20.4, 26.2);

    private static double GreenOf(double wavelength) =>
        Lobe(wavelength, 0.821, 568.8, 46.9, 40.5) + Lobe(wavelength, 0.286, 530.9, 16.3, 31.1);

    private static double BlueOf(double wavelength) =>
        Lobe(wavelength, 1.217, 437.0, 11.8, 36.0) + Lobe(wavelength, 0.681, 459.0, 26.0, 13.8);

    private static double Lobe(double wavelength, double height, double centre, double before, double behind)
    {
        var off = (wavelength - centre) / (wavelength < centre ? before : behind);

        return height * Math.Exp(-0.5 * off * off);
    }
}
