using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// Draws light samples: one of the lights by power (alias table), or the environment by its pixels. Of a few punctual
/// lights one is chosen by what it brings to the place: by power, a narrow spot would be drawn so seldom that its disc
/// is noise.
/// </summary>
internal static class Lights
{
    /// <summary>The distance of a light that has none.</summary>
    public const float FarAway = 1e30f;

    /// <summary>More punctual lights than this are chosen by power: each that is asked costs time.</summary>
    public const int AskedMax = 32;

    /// <summary>Brighter ones are not told apart.</summary>
    private const float WeightMax = 1e30f;

    /// <summary>The largest number below 1.</summary>
    private const float BelowOne = 0.99999994f;

    public static LightSample Sample<TScene>(TScene scene, Vec3 position, ref PathSampler random)
        where TScene : struct, ISceneData
    {
        var choice = random.Next();
        var pick = random.Next();
        var keep = random.Next();
        var u = random.Next();
        var v = random.Next();
        var share = scene.Constants.EnvironmentShare;

        if (choice < share)
        {
            var sample = EnvironmentLight.Sample(scene, u, v);
            sample.Pdf *= share;

            return sample;
        }

        return scene.Constants.LightCount == 0
            ? default
            : SampleLocal(scene, position, pick, keep, u, v, 1f - share);
    }

    private static LightSample SampleLocal<TScene>(
        TScene scene, Vec3 position, float pick, float keep, float u, float v, float share)
        where TScene : struct, ISceneData
    {
        var count = scene.Constants.LightCount;
        var light = Num.Min((int)(pick * count), count - 1);
        var drawn = scene.LightRow((light * LightRows.Count) + LightRows.Head);
        light = keep < drawn.X ? light : LightRows.IndexOf(drawn.Y);
        var head = scene.LightRow((light * LightRows.Count) + LightRows.Head);
        var kind = (int)head.Z;

        if (kind == LightRows.KindTriangle)
        {
            return OnTriangle(scene, light, position, u, v, share);
        }

        var areAsked = scene.Constants.PunctualCount <= AskedMax;
        var first = areAsked ? count - scene.Constants.PunctualCount : light;

        return AmongPunctual(scene, position, u, share, first, areAsked ? count : light + 1);
    }

    /// <summary>
    /// One of the punctual lights from first to before end, by the light that it brings to the place if nothing is in
    /// the way (Chao 1982, with one random number that is stretched anew after each).
    /// </summary>
    private static LightSample AmongPunctual<TScene>(
        TScene scene, Vec3 position, float u, float share, int first, int end)
        where TScene : struct, ISceneData
    {
        var chosen = default(LightSample);
        var chance = 0f;
        var sum = 0f;
        var weight = 0f;

        for (var light = first; light < end; light++)
        {
            var head = scene.LightRow((light * LightRows.Count) + LightRows.Head);
            var sample = Punctual(scene, light, (int)head.Z, position);
            var brings = Num.Min(sample.Radiance.Luminance(), WeightMax);
            sum += brings;
            chance += head.W;
            var odds = brings > 0f ? brings / sum : 0f;

            if (u < odds)
            {
                chosen = sample;
                weight = brings;
                u /= odds;
            }
            else
            {
                u = (u - odds) / (1f - odds);
            }

            u = Num.Min(u, BelowOne);
        }

        chosen.Pdf = sum > 0f ? chance * share * (weight / sum) : 0f;

        return chosen;
    }

    private static LightSample OnTriangle<TScene>(
        TScene scene, int light, Vec3 position, float u, float v, float share)
        where TScene : struct, ISceneData
    {
        var triangle = LightRows.IndexOf(scene.LightRow((light * LightRows.Count) + LightRows.Place).X);
        var hit = default(Hit);
        var root = MathF.Sqrt(u);
        hit.Triangle = triangle;
        hit.U = root * (1f - v);
        hit.V = root * v;
        var edge1 = scene.TriangleRow((triangle * 3) + 1);
        var edge2 = scene.TriangleRow((triangle * 3) + 2).Xyz;
        var point = scene.TriangleRow(triangle * 3).Xyz + (edge1.Xyz * hit.U) + (edge2 * hit.V);
        var towards = point - position;
        var distanceSquared = Vec3.Dot(towards, towards);
        var sample = default(LightSample);

        if (!(distanceSquared > 0f))
        {
            return sample;
        }

        sample.Distance = MathF.Sqrt(distanceSquared);
        sample.Direction = towards * (1f / sample.Distance);
        var normal = Vec3.Cross(edge1.Xyz, edge2).Normalized();
        var cosine = -Vec3.Dot(normal, sample.Direction);
        var front = cosine > 0f;

        // No instance has a lamp: each copy of one is a light of its own.
        sample.Radiance = Surface.Emitted(
            scene, hit, 0, scene.TriangleLinks(triangle), front ? normal : -normal, -sample.Direction, front)
            * AlphaTest.Opacity(scene, hit);
        sample.Pdf = Num.Abs(cosine) > 1e-6f ? edge1.W * share * distanceSquared / Num.Abs(cosine) : 0f;

        return sample;
    }

    /// <summary>What a punctual light brings to a place; the chance to draw it is not set.</summary>
    private static LightSample Punctual<TScene>(TScene scene, int light, int kind, Vec3 position)
        where TScene : struct, ISceneData
    {
        var place = scene.LightRow((light * LightRows.Count) + LightRows.Place);
        var power = scene.LightRow((light * LightRows.Count) + LightRows.Power);
        var sample = default(LightSample);
        sample.Punctual = true;

        if (kind == LightRows.KindDirectional)
        {
            sample.Direction = -place.Xyz;
            sample.Distance = FarAway;
            sample.Radiance = power.Xyz;

            return sample;
        }

        var towards = place.Xyz - position;
        var distanceSquared = Num.Max(Vec3.Dot(towards, towards), 1e-12f);
        sample.Distance = MathF.Sqrt(distanceSquared);
        sample.Direction = towards * (1f / sample.Distance);
        var falloff = 1f / distanceSquared;

        if (power.W > 0f)
        {
            // KHR_lights_punctual: a smooth window that ends at the range.
            var ratio = distanceSquared / (power.W * power.W);
            falloff *= Num.Clamp(1f - (ratio * ratio), 0f, 1f);
        }

        if (kind == LightRows.KindSpot)
        {
            var cone = scene.LightRow((light * LightRows.Count) + LightRows.Cone);
            var angular = Num.Clamp((-Vec3.Dot(sample.Direction, cone.Xyz) - cone.W) * place.W, 0f, 1f);
            falloff *= angular * angular;
        }

        sample.Radiance = power.Xyz * falloff;

        return sample;
    }
}
