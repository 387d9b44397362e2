using System.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

public sealed class ProceduralSceneTests
{
    private const int DemoBytesMax = 1_500_000;

    [Fact]
    public void The_demo_scene_is_an_ordinary_file()
    {
        var bytes = ProceduralScene.ToGlb();
        var scene = SceneReader.Read(bytes);

        Assert.Equal(bytes, ProceduralScene.ToGlb());
        Assert.InRange(bytes.Length, 1, DemoBytesMax);
        Assert.Equal("camera", Assert.Single(scene.Cameras).Name);
        Assert.InRange(scene.Facts.Triangles, 10_000, 100_000);
        Assert.True(scene.Facts.Lights > 100);
        Assert.Empty(scene.Facts.UnsupportedExtensions);
    }

    [Theory]
    [InlineData("clear glass")]
    [InlineData("amber glass")]
    [InlineData("diamond")]
    public void Its_glass_bounds_closed_bodies_with_the_outside_in_front(string material)
    {
        var triangles = TrianglesOf(ProceduralScene.ToGlb(), material);
        var edges = triangles
            .SelectMany(t => new[] { (t[0], t[1]), (t[1], t[2]), (t[2], t[0]) })
            .CountBy(edge => edge)
            .ToDictionary();
        var volume = triangles.Sum(t => Vector3.Dot(t[0], Vector3.Cross(t[1], t[2])) / 6f);

        Assert.All(edges, edge => Assert.Equal(
            edge.Value, edges.GetValueOrDefault((edge.Key.Item2, edge.Key.Item1))));
        Assert.True(volume > 0f, $"inside out: {volume}");
    }

    [Fact]
    public void The_calibration_scene_has_plain_materials_only()
    {
        var model = ModelRoot.ParseGLB(CalibrationScene.ToGlb());

        Assert.Equal("KHR_materials_emissive_strength", Assert.Single(model.ExtensionsUsed));
        Assert.Equal(CalibrationScene.ToGlb(), CalibrationScene.ToGlb());
    }

    /// <summary>Corners are rounded, so that seams close; triangles that shrink to a line are left out.</summary>
    private static List<Vector3[]> TrianglesOf(byte[] glb, string material)
    {
        var primitive = ModelRoot.ParseGLB(glb).LogicalMeshes
            .SelectMany(mesh => mesh.Primitives)
            .Single(one => string.Equals(one.Material.Name, material, StringComparison.Ordinal));
        var corners = primitive.GetVertexAccessor("POSITION").AsVector3Array().Select(Rounded).ToArray();

        return [.. primitive.GetTriangleIndices()
            .Select(t => new[] { corners[t.A], corners[t.B], corners[t.C] })
            .Where(t => t.Distinct().Count() == 3)];
    }

    // Adding zero turns a negative zero into zero.
    private static Vector3 Rounded(Vector3 point) =>
        new Vector3(MathF.Round(point.X, 4), MathF.Round(point.Y, 4), MathF.Round(point.Z, 4)) + Vector3.Zero;
}
