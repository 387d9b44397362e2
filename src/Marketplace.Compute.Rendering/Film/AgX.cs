using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// AgX by Troy Sobotka, base look, in Rec. 2020 as Blender and Filament have it, with the polynomial for its contrast
/// curve by Benjamin Wrensch (iolite-engine.com, Minimal AgX Implementation; squared error 3.7e-6).
/// </summary>
internal static class AgX
{
    /// <summary>Stops around middle grey that the curve covers.</summary>
    private const float StopMin = -12.47393f;
    private const float StopMax = 4.026069f;

    private const float DisplayGamma = 2.2f;

    private static readonly Matrix3 ToRec2020 = new(
        new Vec3(0.6274f, 0.3293f, 0.0433f), new Vec3(0.0691f, 0.9195f, 0.0113f), new Vec3(0.0164f, 0.0880f, 0.8956f));

    /// <summary>ITU-R BT.2407.</summary>
    private static readonly Matrix3 FromRec2020 = new(
        new Vec3(1.6605f, -0.5876f, -0.0728f),
        new Vec3(-0.1246f, 1.1329f, -0.0083f),
        new Vec3(-0.0182f, -0.1006f, 1.1187f));

    private static readonly Matrix3 Inset = new(
        new Vec3(0.856627153315983f, 0.0951212405381588f, 0.0482516061458583f),
        new Vec3(0.137318972929847f, 0.761241990602591f, 0.101439036467562f),
        new Vec3(0.11189821299995f, 0.0767994186031903f, 0.811302368396859f));

    private static readonly Matrix3 Outset = new(
        new Vec3(1.1271005818144368f, -0.11060664309660323f, -0.016493938717834573f),
        new Vec3(-0.1413297634984383f, 1.157823702216272f, -0.016493938717834257f),
        new Vec3(-0.14132976349843826f, -0.11060664309660294f, 1.2519364065950405f));

    /// <summary>Display light; parts a little outside [0, 1] are left to whoever encodes it.</summary>
    public static Vec3 Map(Vec3 colour)
    {
        colour = ToRec2020 * colour;
        colour = Inset * new Vec3(Num.Max(colour.X, 0f), Num.Max(colour.Y, 0f), Num.Max(colour.Z, 0f));
        colour = Outset * new Vec3(Curve(colour.X), Curve(colour.Y), Curve(colour.Z));

        return FromRec2020 * new Vec3(Linear(colour.X), Linear(colour.Y), Linear(colour.Z));
    }

    private static float Curve(float light)
    {
        var stops = MathF.Log2(Num.Max(light, 1e-10f));
        var x = Num.Clamp((stops - StopMin) / (StopMax - StopMin), 0f, 1f);
        var x2 = x * x;
        var x4 = x2 * x2;

        return (15.5f * x4 * x2) - (40.14f * x4 * x) + (31.96f * x4) - (6.868f * x2 * x) + (0.4298f * x2)
            + (0.1191f * x) - 0.00232f;
    }

    private static float Linear(float coded) => MathF.Pow(Num.Max(coded, 0f), DisplayGamma);
}
