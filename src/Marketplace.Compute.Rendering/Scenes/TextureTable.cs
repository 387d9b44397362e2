using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>Decoded images and the ways they are used. An image used twice is stored once.</summary>
internal sealed class TextureTable
{
    private readonly List<uint[]> _images = [];
    private readonly List<int> _imageOfTexture = [];
    private readonly Dictionary<TextureUse, int> _uses = [];
    private readonly Dictionary<int, Vec3> _means = [];
    private uint[]? _all;
    private int _texels;

    public List<Int4> Heads { get; } = [];

    public List<Float4> Transforms { get; } = [];

    public int ImageCount => _images.Count;

    public long PixelCount => _texels;

    /// <summary>Adds RGBA pixels, red in the lowest byte; answers the image's place among all texels.</summary>
    public TextureImage AddImage(uint[] pixels, int width, int height)
    {
        var image = new TextureImage(_images.Count, _texels, width, height);
        _images.Add(pixels);
        _all = null;
        _texels = checked(_texels + pixels.Length);

        return image;
    }

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
    public uint[] Texels() => _all ??= Joined();

    /// <summary>The mean colour of a texture in linear light.</summary>
    public Vec3 Mean(int texture)
    {
        if (!_means.TryGetValue(texture, out var mean))
        {
            _means[texture] = mean = MeanOf(texture);
        }

        return mean;
    }

    private uint[] Joined()
    {
        var texels = new uint[_texels];
        var next = 0;

        foreach (var image in _images)
        {
            image.CopyTo(texels, next);
            next += image.Length;
        }

        return texels;
    }

    private Vec3 MeanOf(int texture)
    {
        var pixels = _images[_imageOfTexture[texture]];
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

    private static double Linear(int value, bool srgb) => srgb ? SceneTables.SrgbToLinear[value] : value / 255.0;
}
