using System.Numerics;
using Marketplace.Compute.Rendering.Tracing;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A file's images (PNG, JPEG, WebP), each once, and only those that a drawn material uses.</summary>
internal sealed class GltfTextures(TextureTable table, SceneLimits limits, SceneMemory memory)
{
    /// <summary>Sets of texture coordinates that a vertex has.</summary>
    private const int SetsMax = 2;

    private readonly Dictionary<int, TextureImage> _images = [];
    private long _pixels;

    /// <summary>The texture of a channel, or -1.</summary>
    public int Use(MaterialChannel channel, bool srgb)
    {
        if (channel.Texture is not { } texture)
        {
            return -1;
        }

        var set = SetOf(channel);

        if (set >= SetsMax)
        {
            throw new SceneFormatException(
                $"glTF: material {channel.LogicalParent.LogicalIndex}: {channel.Key} is placed by TEXCOORD_{set}; "
                + "TEXCOORD_0 and TEXCOORD_1 are read.");
        }

        if (ImageOf(texture) is not { } source)
        {
            // An extension that is not read has it. It is optional, or the file had been refused, and told as ignored.
            if (texture.Extensions.Count > 0)
            {
                return -1;
            }

            throw new SceneFormatException(
                $"glTF: material {channel.LogicalParent.LogicalIndex}: the {channel.Key} texture has no PNG, JPEG or "
                + "WebP picture.");
        }

        if (!_images.TryGetValue(source.LogicalIndex, out var image))
        {
            image = Add(source);
            _images[source.LogicalIndex] = image;
        }

        var transform = channel.TextureTransform;
        var sampler = channel.TextureSampler;
        var flags = WrapOf(sampler?.WrapS) | (WrapOf(sampler?.WrapT) << 2)
            | (srgb ? Texturing.FlagSrgb : 0)
            | (set == 1 ? Texturing.FlagSecondUv : 0)
            | (sampler?.MagFilter == TextureInterpolationFilter.NEAREST ? Texturing.FlagNearest : 0);

        return table.Use(new TextureUse(image, flags, transform?.Matrix ?? Matrix3x2.Identity));
    }

    /// <summary>The set of coordinates that a texture is placed by.</summary>
    public static int SetOf(MaterialChannel channel) =>
        channel.TextureTransform?.TextureCoordinateOverride ?? channel.TextureCoordinate;

    /// <summary>
    /// What an extension offers in place of the plain picture, or the plain one where that cannot be read here, such as
    /// Basis Universal.
    /// </summary>
    private static Image? ImageOf(Texture texture) =>
        texture.PrimaryImage is { } first && (first.Content.IsPng || first.Content.IsJpg || first.Content.IsWebp)
            ? first
            : texture.FallbackImage ?? texture.PrimaryImage;

    private static int WrapOf(TextureWrapMode? mode) => mode switch
    {
        TextureWrapMode.CLAMP_TO_EDGE => Texturing.WrapClamp,
        TextureWrapMode.MIRRORED_REPEAT => Texturing.WrapMirror,
        _ => 0,
    };

    private TextureImage Add(Image source)
    {
        var picture = GltfPicture.Of(source);
        _pixels += picture.PixelCount;

        if (_pixels > limits.TexturePixelsMax)
        {
            throw new SceneFormatException(
                $"glTF: with {picture.Name} the textures have {_pixels} pixels, allowed are {limits.TexturePixelsMax} "
                + $"({nameof(SceneLimits.TexturePixelsMax)}).");
        }

        memory.Keep(picture.Name, picture.PixelCount * sizeof(uint));
        memory.Pass(picture.Name, picture.DecoderBytes);

        return table.AddImage(picture.Width, picture.Height, picture.Decode);
    }
}
