using Marketplace.Compute.Rendering.Film;
using SkiaSharp;

namespace Marketplace.Compute.Rendering.Tests.Film;

public sealed class AnimatedPictureTests
{
    private static readonly TimeSpan Each = TimeSpan.FromMilliseconds(40);

    [Fact]
    public void Pictures_are_seen_in_order_each_for_its_time()
    {
        SKColor[] colours = [SKColors.Red, SKColors.Lime, SKColors.Blue];
        using var animated = new AnimatedPicture(colours.Length, Each);

        foreach (var colour in colours)
        {
            Assert.True(animated.ShowsNext);
            animated.Add(Png(64, 32, colour));
        }

        using var codec = Written(animated);
        Assert.Equal(SKEncodedImageFormat.Webp, codec.EncodedFormat);
        Assert.Equal((64, 32), (codec.Info.Width, codec.Info.Height));
        Assert.Equal([40, 40, 40], codec.FrameInfo.Select(frame => frame.Duration));
        Assert.Equal(-1, codec.RepetitionCount);
        Assert.All(colours.Index(), one => Near(one.Item, Centre(codec, one.Index)));
    }

    [Fact]
    public void A_large_picture_becomes_small_and_keeps_its_shape()
    {
        using var animated = new AnimatedPicture(1, Each);
        animated.Add(Png(1_920, 1_080, SKColors.Teal));

        using var codec = Written(animated);
        Assert.Equal((480, 270), (codec.Info.Width, codec.Info.Height));
    }

    [Fact]
    public void Of_very_many_pictures_every_other_one_is_seen_twice_as_long()
    {
        const int Count = AnimatedPicture.PicturesMax + 60;
        using var animated = new AnimatedPicture(Count, Each);
        var seen = 0;

        for (var i = 0; i < Count; i++)
        {
            if (animated.ShowsNext)
            {
                // Far from the one before: the encoder makes one long picture of two that look alike.
                animated.Add(Png(16, 16, seen % 2 == 0 ? SKColors.Black : SKColors.White));
                seen++;
            }
            else
            {
                animated.Skip();
            }
        }

        using var codec = Written(animated);
        Assert.Equal((Count / 2, Count / 2), (seen, codec.FrameCount));
        Assert.All(codec.FrameInfo, frame => Assert.Equal(80, frame.Duration));
    }

    [Fact]
    public void What_is_no_picture_or_of_another_shape_is_refused_with_its_place()
    {
        using var animated = new AnimatedPicture(3, Each);
        animated.Add(Png(32, 32, SKColors.Gray));

        var other = Assert.Throws<InvalidDataException>(() => animated.Add(Png(16, 32, SKColors.Gray)));
        Assert.Contains("picture 1: 16x32", other.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => animated.Add(new MemoryStream(new byte[100])));
        Assert.Throws<InvalidOperationException>(() => animated.Write(Stream.Null));
    }

    private static MemoryStream Png(int width, int height, SKColor colour)
    {
        using var picture = new SKBitmap(width, height);
        picture.Erase(colour);
        var png = new MemoryStream();
        picture.Encode(png, SKEncodedImageFormat.Png, 100);
        png.Position = 0;

        return png;
    }

    private static SKCodec Written(AnimatedPicture animated)
    {
        using var file = new MemoryStream();
        animated.Write(file);

        return SKCodec.Create(new MemoryStream(file.ToArray()));
    }

    private static SKColor Centre(SKCodec codec, int frame)
    {
        using var picture = new SKBitmap(codec.Info);
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(codec.Info, picture.GetPixels(), new SKCodecOptions(frame)));

        return picture.GetPixel(codec.Info.Width / 2, codec.Info.Height / 2);
    }

    /// <summary>Within what a lossy picture may lose.</summary>
    private static void Near(SKColor expected, SKColor found)
    {
        Assert.InRange(found.Red, expected.Red - 12, expected.Red + 12);
        Assert.InRange(found.Green, expected.Green - 12, expected.Green + 12);
        Assert.InRange(found.Blue, expected.Blue - 12, expected.Blue + 12);
    }
}
