using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// Light from infinitely far: an equirectangular picture, top row up. Every pixel is sampled as often as its
/// surroundings are bright, by running sums: unlike an alias table they keep well-spread numbers well spread.
/// </summary>
internal static class EnvironmentLight
{
    private const float FarAway = 1e30f;
    private const float TwoPiSquared = 19.7392088f;

    public static LightSample Sample<TScene>(TScene scene, float u, float v)
        where TScene : struct, ISceneData
    {
        var width = scene.Constants.EnvironmentWidth;
        var height = scene.Constants.EnvironmentHeight;
        var row = Draw(scene, 0, height, v, out var downPixel);
        var column = Draw(scene, height + (row * width), width, u, out var acrossPixel);
        var across = (column + acrossPixel) / width;
        var down = (row + downPixel) / height;
        var turns = across + scene.Constants.EnvironmentTurns;
        Num.SinCosTurns(turns - Num.Floor(turns), out var sine, out var cosine);
        Num.SinCosTurns(down * 0.5f, out var ring, out var up);
        var chance = scene.EnvironmentPixel((row * width) + column).W;
        var sample = default(LightSample);
        sample.Direction = new Vec3(ring * cosine, up, ring * sine);
        sample.Distance = FarAway;
        sample.Radiance = Radiance(scene, across, down);
        sample.Pdf = ring > 1e-6f ? chance * width * height / (TwoPiSquared * ring) : 0f;

        return sample;
    }

    /// <summary>The first of a run whose running chance exceeds a number in [0, 1), and the place within it.</summary>
    private static int Draw<TScene>(TScene scene, int first, int count, float number, out float within)
        where TScene : struct, ISceneData
    {
        var low = 0;
        var high = count - 1;

        while (low < high)
        {
            var middle = (low + high) >> 1;
            var beyond = scene.EnvironmentChance(first + middle) > number;
            high = beyond ? middle : high;
            low = beyond ? low : middle + 1;
        }

        var below = low == 0 ? 0f : scene.EnvironmentChance(first + low - 1);
        var chance = scene.EnvironmentChance(first + low) - below;
        within = chance > 0f ? Num.Clamp((number - below) / chance, 0f, 0.999999f) : 0.5f;

        return low;
    }

    /// <summary>Radiance from a direction, and the chance per solid angle of <see cref="Sample"/>.</summary>
    public static Vec3 Towards<TScene>(TScene scene, Vec3 direction, out float pdf)
        where TScene : struct, ISceneData
    {
        var width = scene.Constants.EnvironmentWidth;
        var height = scene.Constants.EnvironmentHeight;
        var ring = MathF.Sqrt((direction.X * direction.X) + (direction.Z * direction.Z));
        var across = Num.Atan2Turns(direction.Z, direction.X) - scene.Constants.EnvironmentTurns;
        across -= Num.Floor(across);
        var down = Num.Atan2Turns(ring, direction.Y) * 2f;
        var column = Num.Min((int)(across * width), width - 1);
        var row = Num.Min((int)(down * height), height - 1);
        var drawn = scene.EnvironmentPixel((row * width) + column).W;
        pdf = ring > 1e-6f ? drawn * width * height / (TwoPiSquared * ring) : 0f;

        return Radiance(scene, across, down);
    }

    private static Vec3 Radiance<TScene>(TScene scene, float across, float down)
        where TScene : struct, ISceneData
    {
        var width = scene.Constants.EnvironmentWidth;
        var height = scene.Constants.EnvironmentHeight;
        var x = (across * width) - 0.5f;
        var y = (down * height) - 0.5f;
        var x0 = Num.Floor(x);
        var y0 = Num.Floor(y);
        var left = x0 < 0 ? width - 1 : x0;
        var right = x0 + 1 >= width ? 0 : x0 + 1;
        var top = Num.Max(y0, 0) * width;
        var bottom = Num.Min(y0 + 1, height - 1) * width;
        var fx = x - x0;
        var upper = Num.Lerp(scene.EnvironmentPixel(top + left).Xyz, scene.EnvironmentPixel(top + right).Xyz, fx);
        var lower = Num.Lerp(
            scene.EnvironmentPixel(bottom + left).Xyz, scene.EnvironmentPixel(bottom + right).Xyz, fx);

        return Num.Lerp(upper, lower, y - y0) * scene.Constants.EnvironmentScale;
    }
}
