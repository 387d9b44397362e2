using System.Text;
using CsCheck;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

public sealed class RadianceHdrTests
{
    [Fact]
    public void Flat_pixels_are_mantissa_times_power_of_two()
    {
        var map = EnvironmentMap.Read(Flat(2, 1, [128, 64, 0, 129, 0, 0, 0, 0]));

        Assert.Equal((2, 1), (map.Width, map.Height));
        Assert.Equal(1f, map.Pixels[0].X, 0.01f);
        Assert.Equal(0.5f, map.Pixels[0].Y, 0.01f);
        Assert.Equal(0f, map.Pixels[1].X);
    }

    [Fact]
    public void Runs_and_literals_give_the_same_as_flat_pixels()
    {
        byte[] row = [2, 2, 0, 8, 136, 128, 8, 1, 2, 3, 4, 5, 6, 7, 8, 136, 0, 136, 129];
        var map = EnvironmentMap.Read([.. Header(8, 1), .. row]);

        Assert.Equal(8, map.Pixels.Length);
        Assert.All(map.Pixels, pixel => Assert.Equal(1f, pixel.X, 0.01f));
        Assert.True(map.Pixels[7].Y > map.Pixels[0].Y);
    }

    [Theory]
    [InlineData("P6\n", "#?RADIANCE")]
    [InlineData("#?RADIANCE\nFORMAT=32-bit_rle_xyze\n\n-Y 1 +X 1\n", "32-bit_rle_rgbe")]
    [InlineData("#?RADIANCE\n\n-Y 1 +X 99999999\n", "EnvironmentPixelsMax")]
    [InlineData("#?RADIANCE\n\n-Y one +X 1\n", "-Y height +X width")]
    [InlineData("#?RADIANCE\n\n-Y 4096 +X 4096\nabc", "cannot be in")]
    [InlineData("#?RADIANCE", "does not end")]
    public void A_wrong_file_is_refused_with_the_reason(string text, string reason) => Assert.Contains(
        reason, Assert.Throws<SceneFormatException>(() => EnvironmentMap.Read(Encoding.ASCII.GetBytes(text))).Message);

    /// <summary>Samples of such light are no numbers: the picture was black, and nobody told why.</summary>
    [Theory]
    [InlineData(255, 255)]
    [InlineData(1, 250)]
    [InlineData(0, 171)]
    public void A_radiance_beyond_any_lamps_is_refused_by_its_pixel(byte mantissa, byte exponent) => Assert.Contains(
        "the pixel at 1, 0 has a radiance of ",
        Assert.Throws<SceneFormatException>(
            () => EnvironmentMap.Read(Flat(2, 1, [1, 1, 1, 128, 0, 0, mantissa, exponent]))).Message,
        StringComparison.Ordinal);

    /// <summary>At the largest factor of an order, too.</summary>
    [Fact]
    public void The_brightest_environment_that_is_read_is_seen_and_its_variance_is_a_number()
    {
        var map = EnvironmentMap.Read(Flat(1, 1, [145, 145, 145, 161]));
        Assert.InRange(map.Pixels[0].X, 4.8e9f, 1e10f);
        var scene = Card.Make("""{ "pbrMetallicRoughness": { "metallicFactor": 0 } }""").Read(
            new SceneOptions { Environment = map, EnvironmentExposure = MathF.Pow(2f, 20f) });
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(scene, device);
        var sums = tracer.Trace(
            Card.View(4), new Tile(0, 0, 4, 4), new SampleRange(0, 16), TestContext.Current.CancellationToken);

        Assert.All(sums.Values.ToArray(), sum => Assert.InRange(sum, 1e16f, 1e18f));
        Assert.True(float.IsFinite(sums.Values[0] * sums.Values[0]));
    }

    /// <summary>Numbers so small are zeros on some devices and none on others.</summary>
    [Fact]
    public void A_radiance_too_small_for_every_device_is_black()
    {
        var map = EnvironmentMap.Read(Flat(3, 1, [255, 255, 255, 1, 255, 255, 255, 10, 0, 1, 255, 11]));

        Assert.Equal(default, map.Pixels[0]);
        Assert.Equal(default, map.Pixels[1]);
        Assert.True(float.IsNormal(map.Pixels[2].X));
    }

    [Fact]
    public void Corrupt_runs_never_crash() => Gen.Byte.Array[0, 80].Sample(bytes =>
    {
        try
        {
            EnvironmentMap.Read([.. Header(8, 2), .. bytes]);
        }
        catch (SceneFormatException)
        {
            // The clear refusal that is wanted.
        }
    });

    [Fact]
    public void A_real_environment_reads_whole()
    {
        var map = EnvironmentMap.Read(TestScenes.DataFile("royal_esplanade_1k.hdr"));

        Assert.Equal((1024, 512), (map.Width, map.Height));
        Assert.All(map.Pixels, pixel => Assert.True(float.IsFinite(pixel.X)));
        Assert.Contains(map.Pixels, pixel => pixel.X > 10f);
    }

    private static byte[] Header(int width, int height) =>
        Encoding.ASCII.GetBytes($"#?RADIANCE\nGAMMA=1\nFORMAT=32-bit_rle_rgbe\n\n-Y {height} +X {width}\n");

    private static byte[] Flat(int width, int height, byte[] pixels) => [.. Header(width, height), .. pixels];
}
