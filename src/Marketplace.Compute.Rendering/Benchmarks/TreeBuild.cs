using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Benchmarks;

/// <summary>How long the tree over a scene's triangles takes, apart from reading its files.</summary>
public static class TreeBuild
{
    /// <summary>Builds it once more and throws it away.</summary>
    public static TimeSpan Measure(Scene scene, TimeProvider clock)
    {
        var rows = scene.Tables.Triangles;
        var boxes = new Aabb[rows.Length / 3];

        for (var i = 0; i < boxes.Length; i++)
        {
            var corner = rows[i * 3].Xyz;
            boxes[i] = Aabb.Of(corner, corner + rows[(i * 3) + 1].Xyz, corner + rows[(i * 3) + 2].Xyz);
        }

        var started = clock.GetTimestamp();
        BvhBuilder.Build(boxes);

        return clock.GetElapsedTime(started);
    }
}
