using SharpGLTF.Schema2;
using SkiaSharp;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// A picture of a file (PNG, JPEG, WebP), of which the header is read at once and the pixels when they are wanted.
/// </summary>
internal sealed class GltfPicture
{
    /// <summary>Deflate's most: 258 bytes for two bits.</summary>
    private const int DeflatedMax = 1032;

    /// <summary>
    /// Of a JPEG each block of 8 x 8 takes a bit at least, in the plane that has most of them; sixteen times fewer are
    /// let pass, for planes of odd sizes.
    /// </summary>
    private const int JpegPixelsPerByteMax = 8192;

    /// <summary>Where a PNG's header tells bits of a channel, kind of colour and interlacing (PNG, 11.2.2).</summary>
    private const int PngDepthAt = 24;

    private static readonly SKEncodedImageFormat[] Formats =
        [SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp];

    private readonly Image _source;
    private readonly SKEncodedImageFormat _format;

    private GltfPicture(Image source, string name, SKCodec codec)
    {
        (_source, Name, _format) = (source, name, codec.EncodedFormat);
        (Width, Height) = (codec.Info.Width, codec.Info.Height);
    }

    /// <summary>What it is called in a refusal.</summary>
    public string Name { get; }

    public int Width { get; }

    public int Height { get; }

    public long PixelCount => (long)Width * Height;

    /// <summary>
    /// A decoder has up to eight bytes a pixel of its own where the pixels do not come line by line.
    /// </summary>
    public long DecoderBytes => _format == SKEncodedImageFormat.Png && !IsInterlaced ? 0 : PixelCount * 8;

    private bool IsInterlaced => Encoded[PngDepthAt + 4] != 0;

    private ReadOnlySpan<byte> Encoded => _source.Content.Content.Span;

    /// <summary>Reads the header; no memory is taken for pixels.</summary>
    /// <exception cref="SceneFormatException">It is no picture that is read, or too short for its size.</exception>
    public static GltfPicture Of(Image source)
    {
        var name = $"image {source.LogicalIndex} '{source.Name ?? source.Content.SourcePath ?? ""}'";
        using var data = SKData.CreateCopy(source.Content.Content.Span);
        using var codec = Opened(data, name);

        if (!Formats.Contains(codec.EncodedFormat))
        {
            throw new SceneFormatException(
                $"glTF: {name} is a picture of the kind {codec.EncodedFormat}; PNG, JPEG and WebP are read.");
        }

        var picture = new GltfPicture(source, name, codec);
        var least = picture.EncodedBytesLeast();

        return picture.Encoded.Length >= least
            ? picture
            : throw new SceneFormatException(
                $"glTF: {name} is cut off: {picture.Width} x {picture.Height} pixels take {least} bytes at least, "
                + $"it has {picture.Encoded.Length}.");
    }

    /// <summary>Decodes into as many pixels as it has, RGBA with red in the lowest byte.</summary>
    /// <exception cref="SceneFormatException">It cannot be decoded.</exception>
    public unsafe void Decode(Memory<uint> pixels)
    {
        using var data = SKData.CreateCopy(Encoded);
        using var codec = Opened(data, Name);

        // No colour space: the bytes as they are, whatever profile the picture carries.
        var info = new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);

        fixed (uint* target = pixels.Span)
        {
            var result = codec.GetPixels(info, (nint)target);

            if (result != SKCodecResult.Success)
            {
                throw new SceneFormatException($"glTF: {Name} cannot be decoded ({result}).");
            }
        }
    }

    private static SKCodec Opened(SKData data, string name) => SKCodec.Create(data)
        ?? throw new SceneFormatException($"glTF: {name} is no picture that can be read.");

    /// <summary>What the best compression makes of it. A WebP of one colour takes next to nothing.</summary>
    private long EncodedBytesLeast() => _format switch
    {
        SKEncodedImageFormat.Png => Height * (1 + (((long)Width * PngBits(Encoded) + 7) / 8)) / DeflatedMax,
        SKEncodedImageFormat.Jpeg => PixelCount / JpegPixelsPerByteMax,
        _ => 0,
    };

    private static int PngBits(ReadOnlySpan<byte> png) => png[PngDepthAt] * png[PngDepthAt + 1] switch
    {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };
}
