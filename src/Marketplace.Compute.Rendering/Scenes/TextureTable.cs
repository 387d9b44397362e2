using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// Images and the ways they are used. An image used twice is stored once, and decoded right into its place among all
/// texels, for no more than one copy of its pixels is to be in memory.
/// </summary>
internal sealed class TextureTable
{
    private readonly List<(TextureImage Image, Action<Memory<uint>> Decode)> _images = [];
    private readonly List<int> _imageOfTexture = [];
    private readonly Dictionary<TextureUse, int> _uses = [];
    private readonly Dictionary<int, Vec3> _means = [];
    private uint[] _texels = [];
    private int _decoded;
    private int _pixels;

    public List<Int4> Heads { get; } = [];

    public List<Float4> Transforms { get; } = [];

    public int ImageCount => _images.Count;

    public long PixelCount => _pixels;

    /// <summary>
    /// Adds an image of RGBA pixels, red in the lowest byte, and answers its place among all texels. It is decoded
    /// when the texels are wanted, and before for its mean; each time into as many pixels as it has.
    /// </summary>
    public TextureImage AddImage(int width, int height, Action<Memory<uint>> decode)
    {
        var image = new TextureImage(_images.Count, _pixels, width, height);
        _pixels = checked(_pixels + (width * height));
        _images.Add((image, decode));

        return image;
    }

    /// <summary>Adds an image whose pixels are there.</summary>
    public TextureImage AddImage(uint[] pixels, int width, int height) =>
        AddImage(width, height, target => pixels.CopyTo(target));

    public int Use(TextureUse use)
    {
        if (_uses.TryGetValue(use, out var known))
        {
            return known;
        }

        Heads.Add(new Int4(use.Image.FirstTexel, use.Image.Width, use.Image.Height, use.Flags));
        Transforms.Add(new Float4(use.Transform.M11, use.Transform.M21, use.Transform.M31, 0f));
        Transforms.Add(new Float4(use.Transform.M12, use.Transform.M22, use.Transform.M32, 0f));
        _imageOfTexture.Add(use.Image.Index);
        _uses[use] = Heads.Count - 1;

        return Heads.Count - 1;
    }

    /// <summary>The pixels of all images one behind the other; the same array until an image is added.</summary>
    /// <exception cref="SceneFormatException">An image cannot be decoded.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled; it can be asked for again.</exception>
    public uint[] Texels(SceneWork work)
    {
        if (_decoded == _images.Count)
        {
            return _texels;
        }

        var texels = new uint[_pixels];
        _texels.CopyTo(texels, 0);

        foreach (var (image, decode) in _images.Skip(_decoded))
        {
            work.Look();
            decode(texels.AsMemory(image.FirstTexel, image.Width * image.Height));
        }

        _decoded = _images.Count;

        return _texels = texels;
    }

    /// <summary>The mean colour of a texture in linear light.</summary>
    /// <exception cref="SceneFormatException">Its image cannot be decoded.</exception>
    public Vec3 Mean(int texture)
    {
        if (!_means.TryGetValue(texture, out var mean))
        {
            _means[texture] = mean = MeanOf(texture);
        }

        return mean;
    }

    private Vec3 MeanOf(int texture)
    {
        var pixels = PixelsOf(_imageOfTexture[texture]);
        var srgb = (Heads[texture].W & Texturing.FlagSrgb) != 0;
        double r = 0, g = 0, b = 0;

        foreach (var pixel in pixels)
        {
            r += Linear((int)(pixel & 255u), srgb);
            g += Linear((int)((pixel >> 8) & 255u), srgb);
            b += Linear((int)((pixel >> 16) & 255u), srgb);
        }

        return new Vec3((float)(r / pixels.Length), (float)(g / pixels.Length), (float)(b / pixels.Length));
    }

    private ReadOnlySpan<uint> PixelsOf(int index)
    {
        var (image, decode) = _images[index];
        var count = image.Width * image.Height;

        if (index < _decoded)
        {
            return _texels.AsSpan(image.FirstTexel, count);
        }

        var pixels = new uint[count];
        decode(pixels);

        return pixels;
    }

    private static double Linear(int value, bool srgb) => srgb ? SceneTables.SrgbToLinear[value] : value / 255.0;
}
