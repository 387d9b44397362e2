using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Texture look-ups: transform, wrap, bilinear filter.</summary>
internal static class Texturing
{
    public const int WrapClamp = 1;
    public const int WrapMirror = 2;

    /// <summary>
    /// Flags of a texture head (W): bits 0-1 wrap in u, 2-3 wrap in v, then sRGB, second UV set, nearest.
    /// </summary>
    public const int FlagSrgb = 16;
    public const int FlagSecondUv = 32;
    public const int FlagNearest = 64;

    public const int VertexRows = 4;

    public static float Alpha<TScene>(TScene scene, Int4 links, float u, float v)
        where TScene : struct, ISceneData
    {
        var alpha = scene.MaterialRow(links.W * MaterialRows.Count).W;
        var texture = (int)scene.MaterialRow((links.W * MaterialRows.Count) + MaterialRows.Textures).X;
        var w = 1f - u - v;
        alpha *= (scene.VertexRow((links.X * VertexRows) + 1).W * w)
            + (scene.VertexRow((links.Y * VertexRows) + 1).W * u)
            + (scene.VertexRow((links.Z * VertexRows) + 1).W * v);

        return texture < 0 ? alpha : alpha * Sample(scene, texture, links, u, v).W;
    }

    /// <summary>The texture at barycentric (u, v) of a triangle, in linear light.</summary>
    public static Float4 Sample<TScene>(TScene scene, int texture, Int4 links, float u, float v)
        where TScene : struct, ISceneData
    {
        var head = scene.TextureHead(texture);
        var second = (head.W & FlagSecondUv) != 0;
        var w = 1f - u - v;
        var a = scene.VertexRow((links.X * VertexRows) + 3);
        var b = scene.VertexRow((links.Y * VertexRows) + 3);
        var c = scene.VertexRow((links.Z * VertexRows) + 3);
        var s = second ? (a.Z * w) + (b.Z * u) + (c.Z * v) : (a.X * w) + (b.X * u) + (c.X * v);
        var t = second ? (a.W * w) + (b.W * u) + (c.W * v) : (a.Y * w) + (b.Y * u) + (c.Y * v);
        var row0 = scene.TextureTransform(texture * 2);
        var row1 = scene.TextureTransform((texture * 2) + 1);

        return Filtered(
            scene, head, (row0.X * s) + (row0.Y * t) + row0.Z, (row1.X * s) + (row1.Y * t) + row1.Z);
    }

    private static Float4 Filtered<TScene>(TScene scene, Int4 head, float s, float t)
        where TScene : struct, ISceneData
    {
        // Far outside the unit square the fraction has no meaning left; keep the integer part in range.
        var x = Num.Clamp(s, -1e4f, 1e4f) * head.Y;
        var y = Num.Clamp(t, -1e4f, 1e4f) * head.Z;

        if ((head.W & FlagNearest) != 0)
        {
            return Texel(scene, head, Num.Floor(x), Num.Floor(y));
        }

        var x0 = Num.Floor(x - 0.5f);
        var y0 = Num.Floor(y - 0.5f);
        var fx = x - 0.5f - x0;
        var fy = y - 0.5f - y0;
        var top = Mix(Texel(scene, head, x0, y0), Texel(scene, head, x0 + 1, y0), fx);
        var bottom = Mix(Texel(scene, head, x0, y0 + 1), Texel(scene, head, x0 + 1, y0 + 1), fx);

        return Mix(top, bottom, fy);
    }

    private static Float4 Mix(Float4 a, Float4 b, float t) => new(
        a.X + ((b.X - a.X) * t), a.Y + ((b.Y - a.Y) * t), a.Z + ((b.Z - a.Z) * t), a.W + ((b.W - a.W) * t));

    private static Float4 Texel<TScene>(TScene scene, Int4 head, int x, int y)
        where TScene : struct, ISceneData
    {
        var column = Wrap(x, head.Y, head.W & 3);
        var row = Wrap(y, head.Z, (head.W >> 2) & 3);
        var packed = scene.Texel(head.X + (row * head.Y) + column);
        var r = (int)(packed & 255u);
        var g = (int)((packed >> 8) & 255u);
        var b = (int)((packed >> 16) & 255u);
        var alpha = (packed >> 24) * (1f / 255f);

        return (head.W & FlagSrgb) != 0
            ? new Float4(scene.SrgbToLinear(r), scene.SrgbToLinear(g), scene.SrgbToLinear(b), alpha)
            : new Float4(r * (1f / 255f), g * (1f / 255f), b * (1f / 255f), alpha);
    }

    private static int Wrap(int i, int size, int mode)
    {
        if (mode == WrapClamp)
        {
            return Num.Max(0, Num.Min(i, size - 1));
        }

        var period = mode == WrapMirror ? size * 2 : size;
        var folded = i % period;
        folded = folded < 0 ? folded + period : folded;

        return folded < size ? folded : period - 1 - folded;
    }
}
