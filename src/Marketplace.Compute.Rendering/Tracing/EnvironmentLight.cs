using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// Light from infinitely far: an equirectangular picture, top row up. Every pixel is sampled as often as its
/// surroundings are bright, by an alias table.
/// </summary>
internal static class EnvironmentLight
{
    private const float FarAway = 1e30f;
    private const float TwoPiSquared = 19.7392088f;

    public static LightSample Sample<TScene>(TScene scene, float pick, float keep, float u, float v)
        where TScene : struct, ISceneData
    {
        var width = scene.Constants.EnvironmentWidth;
        var count = width * scene.Constants.EnvironmentHeight;

        // 24 random bits leave too few for a million pixels and the place between; the second number helps.
        var scaled = pick * count;
        var pixel = Num.Min((int)scaled, count - 1);
        pixel = keep < scene.EnvironmentKeep(pixel) ? pixel : scene.EnvironmentAlias(pixel);
        var row = pixel / width;
        var column = pixel - (row * width);
        var across = (column + u) / width;
        var down = (row + v) / scene.Constants.EnvironmentHeight;
        var turns = across + scene.Constants.EnvironmentTurns;
        Num.SinCosTurns(turns - Num.Floor(turns), out var sine, out var cosine);
        Num.SinCosTurns(down * 0.5f, out var ring, out var height);
        var sample = default(LightSample);
        sample.Direction = new Vec3(ring * cosine, height, ring * sine);
        sample.Distance = FarAway;
        sample.Radiance = Radiance(scene, across, down);
        sample.Pdf = ring > 1e-6f ? scene.EnvironmentPixel(pixel).W * count / (TwoPiSquared * ring) : 0f;

        return sample;
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
