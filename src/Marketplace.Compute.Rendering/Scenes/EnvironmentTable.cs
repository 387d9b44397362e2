using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>An environment's pixels with their chance to be drawn in W.</summary>
internal sealed record EnvironmentTable(Float4[] Pixels, float[] Keep, int[] Alias)
{
    /// <summary>
    /// A pixel weighs as much as the mean of its nine neighbours, because the filtered look-up spreads a bright one
    /// over them; else the rim of a sun would be drawn too rarely and sparkle.
    /// </summary>
    public static EnvironmentTable Build(EnvironmentMap map)
    {
        var weights = new float[map.Width * map.Height];

        for (var y = 0; y < map.Height; y++)
        {
            Num.SinCosTurns((y + 0.5f) / map.Height * 0.5f, out var ring, out _);

            for (var x = 0; x < map.Width; x++)
            {
                weights[(y * map.Width) + x] = Around(map, x, y) * ring;
            }
        }

        var drawn = AliasTable.Of(weights);
        var pixels = new Float4[weights.Length];

        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = new Float4(map.Pixels[i].Xyz, drawn.Chance[i]);
        }

        return new EnvironmentTable(pixels, drawn.Keep, drawn.Alias);
    }

    private static float Around(EnvironmentMap map, int x, int y)
    {
        var sum = 0f;

        for (var dy = -1; dy <= 1; dy++)
        {
            var row = Num.Max(0, Num.Min(y + dy, map.Height - 1)) * map.Width;

            for (var dx = -1; dx <= 1; dx++)
            {
                sum += map.Pixels[row + ((x + dx + map.Width) % map.Width)].Xyz.Luminance();
            }
        }

        return sum * (1f / 9f);
    }
}
