using System.Numerics;
using CsCheck;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Bvh;

/// <summary>Scenes of instances against the same scenes with every triangle put where it is seen.</summary>
public sealed class InstanceTests
{
    private static readonly SceneMaterial Glass =
        new() { Layers = new SceneLayers { Transmission = 1f, IsVolume = true } };

    /// <summary>Of the size of what is compared: the ray goes to the mesh's own space and back in float.</summary>
    private const float Tolerance = 2e-4f;

    private static readonly Gen<float> Coordinate = Gen.Int[-1000, 1000].Select(hundredths => hundredths * 0.01f);

    private static readonly Gen<Vec3> Point = Gen.Select(
        Coordinate, Coordinate, Coordinate, (x, y, z) => new Vec3(x, y, z));

    private static readonly Gen<Vec3[]> Triangle = Gen.Select(
        Point, Point, Point, (a, b, c) => new[] { a * 0.2f, (a * 0.2f) + (b * 0.1f), (a * 0.2f) + (c * 0.1f) });

    private static readonly Gen<float> Scale = Gen.Select(
        Gen.Int[1, 40], Gen.Bool, (tenths, mirrored) => tenths * (mirrored ? -0.1f : 0.1f));

    /// <summary>Turned, scaled by axis, now and then mirrored.</summary>
    private static readonly Gen<Matrix4x4> Map = Gen.Select(Scale, Scale, Scale, Point, Point).Select((x, y, z, turn, place) =>
        Matrix4x4.CreateScale(x, y, z)
            * Matrix4x4.CreateFromYawPitchRoll(turn.X, turn.Y, turn.Z)
            * Matrix4x4.CreateTranslation(place.X, place.Y, place.Z));

    private static readonly Gen<Crowd> Crowds = Gen.Select(
        Triangle.Array[0, 20],
        Triangle.Array[1, 40].Array[1, 3],
        Gen.Select(Gen.Int[0, 2], Map).Array[1, 30],
        (loose, meshes, copies) => new Crowd(
            loose, meshes, [.. copies.Select(copy => (copy.Item1 % meshes.Length, copy.Item2))]));

    [Fact]
    public void Instances_are_hit_where_their_expanded_triangles_are() => Gen.Select(
        Crowds, Gen.Select(Point, Point).Array[30]).Sample(
        (crowd, rays) =>
        {
            var (instanced, expanded) = (crowd.Build(shared: true), crowd.Build(shared: false));
            using var pinned = new PinnedScene(instanced.Tables);
            using var flat = new PinnedScene(expanded.Tables);

            foreach (var (origin, target) in rays.Where(ray => ray.Item1 != ray.Item2))
            {
                AssertSame(
                    pinned.As<TwoLevels>(), flat.As<OneLevel>(), origin, (target - origin).Normalized());
            }
        },
        iter: 200);

    [Fact]
    public void Both_traversals_give_the_same_bits_in_instances_too() => Gen.Select(
        Crowds, Gen.Select(Point, Point).Array[30]).Sample(
        (crowd, rays) =>
        {
            using var pinned = new PinnedScene(crowd.Build(shared: true).Tables);
            var host = pinned.As<TwoLevels>();

            foreach (var (origin, target) in rays.Where(ray => ray.Item1 != ray.Item2))
            {
                var direction = (target - origin).Normalized();
                var wide = host.Closest(origin, direction, float.MaxValue, 0u, out var wideIn);
                var narrow = host.NarrowClosest(origin, direction, float.MaxValue, 0u, out var narrowIn);
                Assert.Equal(
                    (wideIn, wide.Triangle, wide.T, wide.U, wide.V),
                    (narrowIn, narrow.Triangle, narrow.T, narrow.U, narrow.V));
                Assert.Equal(wide.Triangle >= 0, host.Occluded(origin, direction, float.MaxValue, 0u));
                Assert.Equal(wide.Triangle >= 0, host.NarrowOccluded(origin, direction, float.MaxValue, 0u));
                Assert.False(wide.Triangle >= 0 && host.Occluded(origin, direction, wide.T * 0.99f, 0u));
                Assert.False(wide.Triangle >= 0 && host.NarrowOccluded(origin, direction, wide.T * 0.99f, 0u));
            }
        },
        iter: 200);

    /// <summary>One level sees no instance: whoever chose it for such a scene would trace it without them.</summary>
    [Fact]
    public void A_scene_with_instances_is_not_traced_as_if_it_had_none()
    {
        var crowd = new Crowd([], [[[default, new Vec3(1f, 0f, 0f), new Vec3(0f, 1f, 0f)]]], [(0, Matrix4x4.Identity)]);
        using var instanced = new PinnedScene(crowd.Build(shared: true).Tables);
        using var expanded = new PinnedScene(crowd.Build(shared: false).Tables);

        Assert.Throws<InvalidOperationException>(() => instanced.As<OneLevel>());
        Assert.True(instanced.As<TwoLevels>().Instanced);
        Assert.False(expanded.As<OneLevel>().Instanced);
    }

    /// <summary>Two levels for a scene that has one are slower, and nothing else.</summary>
    [Fact]
    public void A_scene_without_instances_gives_the_same_bits_on_either_number_of_levels() => Gen.Select(
        Triangle.Array[1, 60], Gen.Select(Point, Point).Array[30]).Sample(
        (triangles, rays) =>
        {
            using var pinned = new PinnedScene(new Crowd(triangles, [], []).Build(shared: false).Tables);
            var (one, two) = (pinned.As<OneLevel>(), pinned.As<TwoLevels>());

            foreach (var (origin, target) in rays.Where(ray => ray.Item1 != ray.Item2))
            {
                var direction = (target - origin).Normalized();
                var hit = one.Closest(origin, direction, float.MaxValue, 0u, out var instance);
                var other = two.Closest(origin, direction, float.MaxValue, 0u, out var otherInstance);
                Assert.Equal(
                    (instance, hit.Triangle, hit.T, hit.U, hit.V),
                    (otherInstance, other.Triangle, other.T, other.U, other.V));
                Assert.Equal(
                    one.Occluded(origin, direction, hit.T, 0u), two.Occluded(origin, direction, hit.T, 0u));
            }
        },
        iter: 60);

    /// <summary>The box around all is what the default camera and the lift of rays follow.</summary>
    [Fact]
    public void The_box_around_instances_is_as_tight_as_that_around_their_triangles() => Crowds.Sample(
        crowd =>
        {
            var (instanced, expanded) = (crowd.Build(shared: true), crowd.Build(shared: false));
            Assert.InRange((instanced.Low - expanded.Low).Length(), 0f, 1e-4f);
            Assert.InRange((instanced.High - expanded.High).Length(), 0f, 1e-4f);
        },
        iter: 100);

    private static void AssertSame(
        HostScene<TwoLevels> instanced, HostScene<OneLevel> expanded, Vec3 origin, Vec3 direction)
    {
        var seen = instanced.Closest(origin, direction, float.MaxValue, 0u, out var instance);
        var expected = expanded.Closest(origin, direction, float.MaxValue, 0u, out _);
        var (name, other) = (Name(instanced, seen, instance), Name(expanded, expected, 0));

        // A ray along an edge may pass it on either side: it must then be on an edge.
        if (seen.Triangle < 0 || expected.Triangle < 0 || name != other)
        {
            Assert.True(
                IsEdgy(seen, expected.T) || IsEdgy(expected, seen.T) || Close(seen.T, expected.T),
                $"{name} at {seen.T}, {other} at {expected.T}");

            return;
        }

        Assert.True(Close(seen.T, expected.T), $"{seen.T} and {expected.T}");
        Surface.At(instanced, seen, instance, origin, direction, out var mine);
        Surface.At(expanded, expected, 0, origin, direction, out var theirs);
        Assert.InRange((mine.Position - theirs.Position).Length(), 0f, Tolerance * 20f);
        Assert.InRange((mine.GeometricNormal - theirs.GeometricNormal).Length(), 0f, 1e-3f);
        Assert.InRange((mine.Normal - theirs.Normal).Length(), 0f, 1e-3f);

        // Glass tells inside from outside, which a mirrored copy must not swap.
        Assert.Equal(theirs.Layers.Leaving, mine.Layers.Leaving);
    }

    /// <summary>Each copy of each triangle has a name of its own: part and material.</summary>
    private static (float Part, int Material) Name<TScene>(TScene scene, Hit hit, int instance)
        where TScene : struct, ISceneData => hit.Triangle < 0
        ? (-1f, -1)
        : (Surface.PartAt(scene, hit, instance), scene.TriangleLinks(hit.Triangle).W);

    private static bool Close(float a, float b) => MathF.Abs(a - b) <= Tolerance * MathF.Max(1f, MathF.Min(a, b));

    private static bool IsEdgy(Hit hit, float other) => hit.Triangle >= 0 && hit.T < other
        && MathF.Min(MathF.Min(hit.U, hit.V), 1f - hit.U - hit.V) < 1e-3f;

    /// <summary>Loose triangles, meshes and their copies.</summary>
    private sealed record Crowd(Vec3[][] Loose, Vec3[][][] Meshes, (int Mesh, Matrix4x4 Map)[] Copies)
    {
        public Scene Build(bool shared)
        {
            var builder = new SceneBuilder();

            foreach (var triangle in Loose)
            {
                Add(builder, triangle, Matrix4x4.Identity, builder.AddMaterial(new SceneMaterial()), 0);
            }

            // A material a triangle tells them apart.
            var materials = Meshes.Select(
                mesh => mesh.Select(_ => builder.AddMaterial(Glass)).ToArray()).ToArray();
            var numbers = new int[Meshes.Length];

            for (var mesh = 0; shared && mesh < Meshes.Length; mesh++)
            {
                var first = builder.TriangleCount;
                AddMesh(builder, mesh, Matrix4x4.Identity, materials[mesh], 0);
                numbers[mesh] = builder.ShareFrom(first);
            }

            for (var copy = 0; copy < Copies.Length; copy++)
            {
                var (mesh, map) = Copies[copy];

                if (shared)
                {
                    builder.AddInstance(numbers[mesh], Placement.Of(map)!, copy + 1);
                }
                else
                {
                    AddMesh(builder, mesh, map, materials[mesh], copy + 1);
                }
            }

            return TestScenes.Finish(builder, new SceneOptions());
        }

        private void AddMesh(SceneBuilder builder, int mesh, Matrix4x4 map, int[] materials, int part)
        {
            for (var i = 0; i < materials.Length; i++)
            {
                Add(builder, Meshes[mesh][i], map, materials[i], part);
            }
        }

        private static void Add(SceneBuilder builder, Vec3[] corners, Matrix4x4 map, int material, int part)
        {
            var placed = corners.Select(corner =>
            {
                var moved = Vector3.Transform(new Vector3(corner.X, corner.Y, corner.Z), map);

                return new Vec3(moved.X, moved.Y, moved.Z);
            }).ToArray();
            var mirrored = map.GetDeterminant() < 0f;
            var normal = Vec3.Cross(placed[1] - placed[0], placed[2] - placed[0]).Normalized() * (mirrored ? -1f : 1f);
            int[] vertices =
            [
                .. placed.Select(place => builder.AddVertex(
                    new SceneVertex(place, normal, new Float4(1f, 1f, 1f, 1f), default, default))),
            ];
            builder.AddTriangle(
                vertices[0], vertices[mirrored ? 2 : 1], vertices[mirrored ? 1 : 2], material, part);
        }
    }
}
