using SkiaSharp;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// Pictures one after the other as an animated WebP that repeats for ever: small, for looking at and not for keeping.
/// Of many pictures every second, third and so on is shown, for as long as the left-out ones would have been.
/// </summary>
public sealed class AnimatedPicture : IDisposable
{
    /// <summary>Pictures in one file.</summary>
    public const int PicturesMax = 240;

    /// <summary>Longer edge in pixels.</summary>
    public const int EdgeMax = 480;

    /// <summary>Pixels of all pictures together: the encoder wants all of them in memory, at four bytes.</summary>
    public const long PixelsMax = 24L << 20;

    private const float Quality = 80f;

    private readonly List<SKBitmap> _shown = [];
    private readonly TimeSpan _each;
    private readonly int _stride;
    private readonly int _count;
    private int _added;

    /// <param name="count">Pictures that will be added.</param>
    /// <param name="each">How long one of them is seen.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or no time to see it.</exception>
    public AnimatedPicture(int count, TimeSpan each)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(each, TimeSpan.FromMilliseconds(1));
        _count = count;
        _stride = ((count - 1) / PicturesMax) + 1;
        _each = each;
    }

    /// <summary>Whether the next picture is one that is shown; another need not be read.</summary>
    public bool ShowsNext => _added % _stride == 0;

    /// <summary>Leaves the next picture out.</summary>
    public void Skip() => _added++;

    /// <summary>Adds the next picture.</summary>
    /// <param name="picture">PNG, or another format that the decoder knows.</param>
    /// <param name="isMarked">Whether a watermark goes over it.</param>
    /// <exception cref="InvalidDataException">It is no picture, or has another shape than the first.</exception>
    public void Add(Stream picture, bool isMarked = false)
    {
        using var whole = SKBitmap.Decode(picture)
            ?? throw new InvalidDataException($"picture {_added}: no format that is known");
        var size = SizeOf(whole.Width, whole.Height);

        if (_shown is [var first, ..] && (first.Width, first.Height) != (size.Width, size.Height))
        {
            throw new InvalidDataException(
                $"picture {_added}: {size.Width}x{size.Height}, the first is {first.Width}x{first.Height}");
        }

        var small = new SKBitmap(size);

        if (!whole.ScalePixels(small, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)))
        {
            small.Dispose();
            throw new InvalidDataException($"picture {_added}: it cannot be scaled");
        }

        if (isMarked)
        {
            using var canvas = new SKCanvas(small);
            Watermark.Draw(canvas, small.Width, small.Height);
        }

        _shown.Add(small);
        _added++;
    }

    /// <summary>Writes the file.</summary>
    /// <exception cref="InvalidOperationException">Pictures are missing, or the encoder refuses.</exception>
    public void Write(Stream output)
    {
        if (_added != _count || _shown.Count == 0)
        {
            throw new InvalidOperationException($"{_added} of {_count} pictures were added.");
        }

        var frames = _shown.Select(picture => new SKWebpEncoderFrame(picture, _each * _stride)).ToArray();

        if (!SKWebpEncoder.EncodeAnimated(
            output, frames, new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, Quality)))
        {
            throw new InvalidOperationException("The encoder does not take the pictures.");
        }
    }

    public void Dispose()
    {
        foreach (var picture in _shown)
        {
            picture.Dispose();
        }
    }

    private SKImageInfo SizeOf(int width, int height)
    {
        var shown = ((_count - 1) / _stride) + 1;
        var byEdge = (double)EdgeMax / Math.Max(width, height);
        var byPixels = Math.Sqrt((double)PixelsMax / shown / ((double)width * height));
        var scale = Math.Min(1.0, Math.Min(byEdge, byPixels));

        return new SKImageInfo(
            Math.Max(1, (int)(width * scale)),
            Math.Max(1, (int)(height * scale)),
            SKColorType.Rgba8888,
            SKAlphaType.Opaque);
    }
}
