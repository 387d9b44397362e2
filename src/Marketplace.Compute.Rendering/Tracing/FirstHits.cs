using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// What the samples of a pixel meet first, added up in ascending order: the features that denoisers and compositors
/// ask for.
/// </summary>
internal struct FirstHits
{
    /// <summary>Floats a pixel, in the order of the fields.</summary>
    public const int Floats = 9;

    public Vec3 Albedo;

    /// <summary>Shading normals in the world, turned to the viewer.</summary>
    public Vec3 Normal;

    /// <summary>Distances along the rays.</summary>
    public float Depth;

    /// <summary>Samples that met anything.</summary>
    public float Hits;

    /// <summary>The object that the first of these met, from 1 on; 0 if none did.</summary>
    public float Part;

    public static FirstHits Sum<TScene>(TScene scene, in ViewConstants view, int x, int y, int first, int count)
        where TScene : struct, ISceneData
    {
        var sum = default(FirstHits);

        for (var sample = first; sample < first + count; sample++)
        {
            var random = new PathSampler(view, (uint)((y * view.Width) + x), (uint)sample);
            PathIntegrator.CameraRay(view, x, y, ref random, out var origin, out var direction);
            var salt = random.NextWord();
            var hit = scene.Closest(origin, direction, float.MaxValue, salt, out var instance);

            if (hit.Triangle >= 0)
            {
                Surface.At(scene, hit, instance, origin, direction, out var surface);
                sum.Albedo += surface.Base;
                sum.Normal += surface.Normal;
                sum.Depth += hit.T;
                sum.Hits += 1f;
                sum.Part = sum.Part > 0f ? sum.Part : Surface.PartAt(scene, hit, instance) + 1f;
            }
        }

        return sum;
    }

    public readonly void CopyTo(Span<float> target)
    {
        target[0] = Albedo.X;
        target[1] = Albedo.Y;
        target[2] = Albedo.Z;
        target[3] = Normal.X;
        target[4] = Normal.Y;
        target[5] = Normal.Z;
        target[6] = Depth;
        target[7] = Hits;
        target[8] = Part;
    }
}
