using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// Reflectance of a thin film on a base (Belcour and Barla 2017), in the form and with the fitted colour curves of
/// KHR_materials_iridescence: two interference orders in XYZ, then Rec. 709.
/// </summary>
internal static class ThinFilm
{
    /// <summary>Reflectance seen under <paramref name="cosine"/>; the thickness is in nanometres.</summary>
    public static Vec3 Reflectance(Vec3 baseF0, float index, float thickness, float cosine)
    {
        // A film that thins out has the index of the air (the extension's smoothstep).
        var fade = Num.Clamp(thickness / 0.03f, 0f, 1f);
        index = Num.Lerp(1f, index, fade * fade * (3f - (2f * fade)));
        var cos2 = 1f - ((1f - (cosine * cosine)) / (index * index));

        if (cos2 < 0f)
        {
            return new Vec3(1f);
        }

        var beyond = MathF.Sqrt(cos2);
        var first = Schlick(Normal(index, 1f), cosine);
        var path = 2f * index * thickness * beyond;
        var phase = index < 1f ? 0f : 0.5f;
        var red = new Layer(baseF0.X, index, beyond, first, phase);
        var green = new Layer(baseF0.Y, index, beyond, first, phase);
        var blue = new Layer(baseF0.Z, index, beyond, first, phase);
        var total = new Vec3(red.Start, green.Start, blue.Start);
        var weights = new Vec3(red.Rest, green.Rest, blue.Rest);
        var roots = new Vec3(red.Root, green.Root, blue.Root);

        for (var order = 1; order <= 2; order++)
        {
            weights *= roots;
            total += weights * (Sensitivity(path * order, red.Turns * order, green.Turns * order, blue.Turns * order)
                * 2f);
        }

        return new Vec3(Num.Clamp(total.X, 0f, 1f), Num.Clamp(total.Y, 0f, 1f), Num.Clamp(total.Z, 0f, 1f));
    }

    private static float Normal(float index, float outside)
    {
        var ratio = (index - outside) / (index + outside);

        return ratio * ratio;
    }

    private static float Schlick(float f0, float cosine) => f0 + ((1f - f0) * Ggx.Pow5(1f - Num.Clamp(cosine, 0f, 1f)));

    /// <summary>The eye's answer to an interference of that path in nanometres, phases in turns.</summary>
    private static Vec3 Sensitivity(float path, float turnsX, float turnsY, float turnsZ)
    {
        var phase = Num.TwoPi * path * 1e-9f;
        var x = Curve(5.4856e-13f, 1.6810e6f, 4.3278e9f, phase, turnsX)
            + Curve(9.7470e-14f, 2.2399e6f, 4.5282e9f, phase, turnsX);
        var y = Curve(4.4201e-13f, 1.7953e6f, 9.3046e9f, phase, turnsY);
        var z = Curve(5.2481e-13f, 2.2084e6f, 6.6121e9f, phase, turnsZ);

        return new Vec3(
            (3.2404542f * x) - (1.5371385f * y) - (0.4985314f * z),
            (-0.9692660f * x) + (1.8760108f * y) + (0.0415560f * z),
            (0.0556434f * x) - (0.2040259f * y) + (1.0572252f * z));
    }

    private static float Curve(float value, float position, float variance, float phase, float turns)
    {
        // The integral of the colour-matching function that the extension divides by.
        const float norm = 1.0685e-7f;

        var angle = (position * phase / Num.TwoPi) + turns;
        Num.SinCosTurns(angle - Num.Floor(angle), out _, out var cosine);

        return value * MathF.Sqrt(Num.TwoPi * variance) * cosine * Num.Exp(-(phase * phase) * variance) / norm;
    }

    /// <summary>One colour channel: light between film and base.</summary>
    private readonly struct Layer
    {
        public readonly float Start;
        public readonly float Rest;
        public readonly float Root;
        public readonly float Turns;

        public Layer(float baseF0, float index, float beyond, float first, float phase)
        {
            var root = MathF.Sqrt(Num.Clamp(baseF0, 0f, 0.9999f));
            var baseIndex = (1f + root) / (1f - root);
            var second = Schlick(Normal(baseIndex, index), beyond);
            var both = Num.Clamp(first * second, 1e-5f, 0.9999f);
            var passed = 1f - first;
            var scattered = passed * passed * second / (1f - both);
            Start = first + scattered;
            Rest = scattered - passed;
            Root = MathF.Sqrt(both);
            Turns = phase + (baseIndex < index ? 0.5f : 0f);
        }
    }
}
