using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// ACES: reference rendering and output transform for sRGB in the fit by Stephen Hill (selfshadow/ltc_code), without
/// the exposure that some renderers add.
/// </summary>
internal static class AcesFitted
{
    private static readonly Matrix3 Input = new(
        new Vec3(0.59719f, 0.35458f, 0.04823f),
        new Vec3(0.07600f, 0.90834f, 0.01566f),
        new Vec3(0.02840f, 0.13383f, 0.83777f));

    private static readonly Matrix3 Output = new(
        new Vec3(1.60475f, -0.53108f, -0.07367f),
        new Vec3(-0.10208f, 1.10813f, -0.00605f),
        new Vec3(-0.00327f, -0.07276f, 1.07602f));

    /// <summary>Display light; parts a little outside [0, 1] are left to whoever encodes it.</summary>
    public static Vec3 Map(Vec3 colour)
    {
        colour = Input * colour;

        return Output * new Vec3(Curve(colour.X), Curve(colour.Y), Curve(colour.Z));
    }

    private static float Curve(float x)
    {
        // Beyond this the curve is flat, and its squares would run out of floats.
        x = Num.Clamp(x, 0f, 1e8f);

        return ((x * (x + 0.0245786f)) - 0.000090537f) / ((x * ((0.983729f * x) + 0.4329510f)) + 0.238081f);
    }
}
