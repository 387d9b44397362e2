using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Benchmarks;

/// <summary>How long the tree over a scene's triangles takes, apart from reading its files.</summary>
public static class TreeBuild
{
    /// <summary>Builds it once more and throws it away.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TimeSpan Measure(Scene scene, TimeProvider clock, CancellationToken cancel)
    {
        var boxes = BoxesOf(scene.Tables);
        var started = clock.GetTimestamp();
        BvhBuilder.Build(boxes, new SceneWork(cancel), scene.Tables.Triangles.Length / 3);

        return clock.GetElapsedTime(started);
    }

    /// <summary>
    /// The boxes of all triangles, and behind them a point for each instance. The trees of shared meshes are built
    /// apart, which takes as long as if they were one.
    /// </summary>
    internal static Aabb[] BoxesOf(SceneTables tables)
    {
        var rows = tables.Triangles;
        var boxes = new Aabb[(rows.Length / 3) + tables.Constants.InstanceCount];

        for (var i = 0; i < rows.Length / 3; i++)
        {
            var corner = rows[i * 3].Xyz;
            boxes[i] = Aabb.Of(corner, corner + rows[(i * 3) + 1].Xyz, corner + rows[(i * 3) + 2].Xyz);
        }

        for (var instance = 1; instance <= tables.Constants.InstanceCount; instance++)
        {
            var map = tables.Instances.AsSpan((instance * InstanceRows.Count) + InstanceRows.ToWorld, 3);
            boxes[(rows.Length / 3) + instance - 1] = Aabb.Empty.Union(new Vec3(map[0].W, map[1].W, map[2].W));
        }

        return boxes;
    }
}
