using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tests.Film;

public sealed class ToneMapTests
{
    /// <summary>
    /// Worked out apart, in double precision, from the published matrices and curves: Khronos ToneMapping, Filament's
    /// AgX in Rec. 2020, Hill's ACES fit.
    /// </summary>
    [Theory]
    [InlineData(ToneMap.PbrNeutral, 0.5f, 0.5f, 0.5f, 0.46f, 0.46f, 0.46f)]
    [InlineData(ToneMap.PbrNeutral, 0.04f, 0.04f, 0.04f, 0.01f, 0.01f, 0.01f)]
    [InlineData(ToneMap.PbrNeutral, 1f, 1f, 1f, 0.869091f, 0.869091f, 0.869091f)]
    [InlineData(ToneMap.AgX, 0.18f, 0.18f, 0.18f, 0.2145486f, 0.2145024f, 0.2144992f)]
    [InlineData(ToneMap.AgX, 1f, 1f, 1f, 0.5902294f, 0.5901361f, 0.5901023f)]
    [InlineData(ToneMap.AgX, 8f, 0.5f, 0.1f, 1.0806818f, 0.6321341f, 0.4834230f)]
    [InlineData(ToneMap.AgX, 100f, 100f, 100f, 0.9969783f, 0.9968787f, 0.9967790f)]
    [InlineData(ToneMap.Aces, 0.18f, 0.18f, 0.18f, 0.1055912f, 0.1055912f, 0.1055902f)]
    [InlineData(ToneMap.Aces, 1f, 1f, 1f, 0.6191154f, 0.6191154f, 0.6191092f)]
    [InlineData(ToneMap.Aces, 8f, 0.5f, 0.1f, 1.1322876f, 0.6114012f, 0.2521384f)]
    [InlineData(ToneMap.Srgb, 2f, 0.5f, 0f, 2f, 0.5f, 0f)]
    public void A_tone_map_gives_the_published_values(
        ToneMap toneMap, float r, float g, float b, float red, float green, float blue)
    {
        var seen = PngPicture.Mapped(new Vec3(r, g, b), toneMap);

        Assert.Equal(red, seen.X, 2e-5f);
        Assert.Equal(green, seen.Y, 2e-5f);
        Assert.Equal(blue, seen.Z, 2e-5f);
    }

    [Theory]
    [InlineData(ToneMap.PbrNeutral)]
    [InlineData(ToneMap.AgX)]
    [InlineData(ToneMap.Aces)]
    public void More_light_is_never_darker_and_any_light_can_be_shown(ToneMap toneMap)
    {
        var last = -1f;

        for (var stop = -20f; stop < 100f; stop += 0.25f)
        {
            var seen = PngPicture.Mapped(new Vec3(MathF.Pow(2f, stop)), toneMap).Y;

            Assert.True(float.IsFinite(seen) && seen >= last - 1e-4f, $"{seen} after {last} at {stop} stops");
            last = seen;
        }
    }
}
