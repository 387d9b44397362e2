using CsCheck;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Bvh;

public sealed class TraversalTests
{
    /// <summary>Hundredths: many rays lie exactly in planes and on edges, and no triangle is nearly but not quite flat.</summary>
    private static readonly Gen<Vec3> Point = Gen.Select(
        Gen.Int[-1000, 1000], Gen.Int[-1000, 1000], Gen.Int[-1000, 1000], (x, y, z) => new Vec3(x, y, z) * 0.01f);

    /// <summary>Small offsets, so that rays pass between triangles; now and then a flat or doubled one.</summary>
    private static readonly Gen<(Vec3 A, Vec3 B, Vec3 C)> Triangle = Gen.Select(
        Point, Point, Point, (a, b, c) => (a, a + (b * 0.2f), a + (c * 0.2f)));

    [Fact]
    public void The_tree_finds_what_trying_every_triangle_finds() => Gen.Select(
        Triangle.Array[1, 200], Gen.Select(Point, Point).Array[50]).Sample(
        (triangles, rays) =>
        {
            var scene = SceneOf([.. triangles, triangles[0]]);

            foreach (var (origin, target) in rays)
            {
                var direction = (target - origin).Normalized();
                AssertSame(scene, origin, direction);
                AssertSame(scene, origin, new Vec3(0f, direction.Y < 0f ? -1f : 1f, 0f));
            }
        },
        iter: 60);

    [Fact]
    public void A_ray_is_occluded_exactly_if_it_hits_something() => Gen.Select(
        Triangle.Array[1, 100], Gen.Select(Point, Point).Array[50]).Sample(
        (triangles, rays) =>
        {
            using var pinned = new PinnedScene(SceneOf(triangles).Tables);
            var host = pinned.As<OneLevel>();

            foreach (var (origin, target) in rays)
            {
                var direction = (target - origin).Normalized();
                var hit = host.Closest(origin, direction, float.MaxValue, 0u, out _);
                Assert.Equal(hit.Triangle >= 0, host.Occluded(origin, direction, float.MaxValue, 0u));
                Assert.False(hit.Triangle >= 0 && host.Occluded(origin, direction, hit.T * 0.99f, 0u));
            }
        },
        iter: 60);

    [Fact]
    public void Alike_and_empty_triangles_build_a_tree_too()
    {
        var point = new Vec3(1f, 2f, 3f);
        var same = Enumerable.Repeat((point, point + new Vec3(1f, 0f, 0f), point + new Vec3(0f, 1f, 0f)), 1000).ToArray();
        var flat = Enumerable.Repeat((point, point, point), 10).ToArray();

        Assert.Equal(1000, SceneOf(same).Tables.TriangleLinks.Length);
        Assert.Empty(SceneOf(flat).Tables.TriangleLinks);
    }

    private static void AssertSame(Scene scene, Vec3 origin, Vec3 direction)
    {
        using var pinned = new PinnedScene(scene.Tables);
        var host = pinned.As<OneLevel>();
        var wide = host.Closest(origin, direction, float.MaxValue, 0u, out _);
        var narrow = host.NarrowClosest(origin, direction, float.MaxValue, 0u, out _);
        var (triangle, t) = TryAll(scene.Tables, origin, direction);
        Assert.Equal(triangle, wide.Triangle);
        Assert.Equal((wide.Triangle, wide.T, wide.U, wide.V), (narrow.Triangle, narrow.T, narrow.U, narrow.V));

        if (triangle >= 0)
        {
            Assert.Equal(t, wide.T);
        }
    }

    /// <summary>The plain-loop twin: Moeller and Trumbore over all triangles.</summary>
    private static (int Triangle, float T) TryAll(SceneTables tables, Vec3 origin, Vec3 direction)
    {
        var best = (Triangle: -1, T: float.MaxValue);

        for (var i = 0; i < tables.TriangleLinks.Length; i++)
        {
            var edge1 = tables.Triangles[(i * 3) + 1].Xyz;
            var edge2 = tables.Triangles[(i * 3) + 2].Xyz;
            var p = Vec3.Cross(direction, edge2);
            var inverse = 1f / Vec3.Dot(edge1, p);
            var s = origin - tables.Triangles[i * 3].Xyz;
            var q = Vec3.Cross(s, edge1);
            var u = Vec3.Dot(s, p) * inverse;
            var v = Vec3.Dot(direction, q) * inverse;
            var t = Vec3.Dot(edge2, q) * inverse;
            best = u >= 0f && v >= 0f && u + v <= 1f && t > 0f && t < best.T ? (i, t) : best;
        }

        return best;
    }

    private static Scene SceneOf((Vec3 A, Vec3 B, Vec3 C)[] triangles)
    {
        var builder = new SceneBuilder();
        var material = builder.AddMaterial(new SceneMaterial());

        foreach (var (a, b, c) in triangles)
        {
            builder.AddTriangle(Vertex(a), Vertex(b), Vertex(c), material);
        }

        return TestScenes.Finish(builder, new SceneOptions());

        int Vertex(Vec3 position) =>
            builder.AddVertex(new SceneVertex(position, default, new Float4(1f, 1f, 1f, 1f), default, default));
    }
}
