using CsCheck;
using Marketplace.Compute.Rendering.Film;
using SkiaSharp;

namespace Marketplace.Compute.Rendering.Tests.Film;

public sealed class PreviewFilmTests
{
    [Fact]
    public void A_part_of_a_tile_has_the_sums_of_its_pixels() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 20]).SelectMany((width, height) => Gen.Select(
            Gen.Const((width, height)), Gen.Int[0, width - 1], Gen.Int[0, height - 1])).Sample((size, x, y) =>
            {
                var tile = new Tile(3, 5, size.width, size.height);
                float[] values = [.. Enumerable.Range(0, tile.Pixels * 3).Select(at => (float)at)];
                var sums = new TileSums(tile, new(0, 16), 1, 2, values);
                var part = new Tile(3 + x, 5 + y, size.width - x, size.height - y);

                var cut = sums.Part(part);

                Assert.Equal((part, sums.Samples, 1, 2UL), (cut.Tile, cut.Samples, cut.Frame, cut.Seed));

                for (var pixel = 0; pixel < part.Pixels; pixel++)
                {
                    var (column, row) = (x + (pixel % part.Width), y + (pixel / part.Width));
                    Assert.Equal((float)(((row * size.width) + column) * 3), cut.Values[pixel * 3]);
                }
            });

    [Theory]
    [InlineData(2, 5, 4, 4)]
    [InlineData(3, 5, 5, 4)]
    [InlineData(3, 5, 0, 4)]
    public void What_is_not_in_the_tile_is_no_part_of_it(int x, int y, int width, int height)
    {
        var tile = new Tile(3, 5, 4, 4);
        var sums = new TileSums(tile, new(0, 16), 1, 2, new float[tile.Pixels * 3]);

        Assert.Throws<ArgumentException>(() => sums.Part(new(x, y, width, height)));
    }

    [Fact]
    public void A_large_frame_becomes_a_small_preview_with_the_mean_of_what_is_there()
    {
        var film = new PreviewFilm(3_000, 1_500, 1_024);
        Assert.Equal((1_000, 500), (film.Width, film.Height));
        var tile = new Tile(0, 0, 300, 300);
        film.Add(new TileSums(tile, new(0, 16), 1, 2, [.. Enumerable.Repeat(16f * 4f, tile.Pixels * 3)]));
        film.Add(new TileSums(tile, new(16, 16), 1, 2, new float[tile.Pixels * 3]));

        using var preview = SKBitmap.Decode(film.ToPng(ToneMap.Srgb));

        // The mean of 4 and 0 is white; nothing is there to the right.
        var row = Enumerable.Range(0, 1_000).Select(x => preview.GetPixel(x, 50)).ToArray();
        Assert.Contains(row[..99], pixel => pixel == SKColors.White);
        Assert.Contains(row[101..], pixel => pixel == SKColors.Black);
        Assert.Throws<ArgumentException>(() => film.Add(
            new TileSums(new(2_900, 0, 200, 1), new(0, 16), 1, 2, new float[600])));
    }
}
