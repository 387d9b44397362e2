using System.Text;
using CsCheck;
using Marketplace.Compute.Rendering.Scenes;

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
