using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// An environment's pixels, each with its chance to be drawn in W, and what draws them: first the running chance of the
/// rows, then row after row the running chance of its pixels. Each run ends in exactly 1.
/// </summary>
internal sealed record EnvironmentTable(Float4[] Pixels, float[] Chances)
{
    /// <summary>
    /// A pixel weighs as much as the mean of its nine neighbours, because the filtered look-up spreads a bright one
    /// over them; else the rim of a sun would be drawn too rarely and sparkle.
    /// </summary>
    public static EnvironmentTable Build(EnvironmentMap map)
    {
        var chances = new float[map.Height + (map.Width * map.Height)];
        var rowSums = new double[map.Height];

        for (var y = 0; y < map.Height; y++)
        {
            Num.SinCosTurns((y + 0.5f) / map.Height * 0.5f, out var ring, out _);
            var weights = new double[map.Width];

            for (var x = 0; x < map.Width; x++)
            {
                weights[x] = Around(map, x, y);
            }

            rowSums[y] = ring * Accumulate(weights, chances.AsSpan(map.Height + (y * map.Width), map.Width));
        }

        Accumulate(rowSums, chances.AsSpan(0, map.Height));

        return new EnvironmentTable(PixelsOf(map, chances), chances);
    }

    /// <summary>The chances as drawing sees them, so that rounding of the running sums cancels out.</summary>
    private static Float4[] PixelsOf(EnvironmentMap map, float[] chances)
    {
        var pixels = new Float4[map.Width * map.Height];

        for (var i = 0; i < pixels.Length; i++)
        {
            var row = i / map.Width;
            var ofRow = chances[row] - (row == 0 ? 0f : chances[row - 1]);
            var place = map.Height + i;
            var ofPixel = chances[place] - (i % map.Width == 0 ? 0f : chances[place - 1]);
            pixels[i] = new Float4(map.Pixels[i].Xyz, ofRow * ofPixel);
        }

        return pixels;
    }

    /// <summary>Writes running shares and answers the sum; if that is zero, or none, all weigh the same.</summary>
    private static double Accumulate(double[] weights, Span<float> shares)
    {
        var total = weights.Sum();
        var even = !(total > 0.0) || !double.IsFinite(total);
        var running = 0.0;

        for (var i = 0; i < weights.Length; i++)
        {
            running += even ? 1.0 / weights.Length : weights[i] / total;
            shares[i] = (float)running;
        }

        shares[^1] = 1f;

        return even ? 0.0 : total;
    }

    private static double Around(EnvironmentMap map, int x, int y)
    {
        var sum = 0.0;

        for (var dy = -1; dy <= 1; dy++)
        {
            var row = Num.Max(0, Num.Min(y + dy, map.Height - 1)) * map.Width;

            for (var dx = -1; dx <= 1; dx++)
            {
                sum += map.Pixels[row + ((x + dx + map.Width) % map.Width)].Xyz.Luminance();
            }
        }

        return sum / 9.0;
    }
}
