using System.Numerics;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>KHR_lights_punctual: candela and lux, taken as radiometric numbers like every other light.</summary>
internal static class GltfLights
{
    public static LightSource Of(Node node, Matrix4x4 world)
    {
        var light = node.PunctualLight;
        var axis = Vector3.TransformNormal(-Vector3.UnitZ, world);
        var power = light.Color * light.Intensity;

        return new LightSource
        {
            Kind = light.LightType switch
            {
                PunctualLightType.Directional => LightRows.KindDirectional,
                PunctualLightType.Spot => LightRows.KindSpot,
                _ => LightRows.KindPoint,
            },
            Position = Finite(world.Translation),
            Direction = Finite(axis).Normalized(),
            Power = new Vec3(Positive(power.X), Positive(power.Y), Positive(power.Z)),
            Range = float.IsFinite(light.Range) ? Num.Max(light.Range, 0f) : 0f,
            CosInner = Cosine(light.InnerConeAngle),
            CosOuter = Cosine(light.OuterConeAngle),
        };
    }

    internal static Vec3 Finite(Vector3 v) =>
        float.IsFinite(v.X) && float.IsFinite(v.Y) && float.IsFinite(v.Z) ? new Vec3(v.X, v.Y, v.Z) : default;

    private static float Positive(float x) => float.IsFinite(x) && x > 0f ? x : 0f;

    private static float Cosine(float radians)
    {
        Num.SinCosTurns(Num.Clamp(radians, 0f, Num.Pi * 0.5f) / Num.TwoPi, out _, out var cosine);

        return cosine;
    }
}
