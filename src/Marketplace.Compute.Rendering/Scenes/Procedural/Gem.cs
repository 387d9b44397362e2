using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>A stone cut as a simple brilliant, with flat facets; its girdle has radius 1 at height 0.</summary>
internal static class Gem
{
    private const int Sides = 8;
    private const float TableRadius = 0.56f;
    private const float TableHeight = 0.36f;
    private const float CuletHeight = -0.86f;

    public static GlbMesh Brilliant()
    {
        var mesh = new GlbMesh();
        var top = new Vector3(0f, TableHeight, 0f);
        var culet = new Vector3(0f, CuletHeight, 0f);

        for (var side = 0; side < Sides; side++)
        {
            var (left, right) = (Ring(side, TableRadius, TableHeight), Ring(side + 1f, TableRadius, TableHeight));
            var (a, b, c) = (Ring(side, 1f, 0f), Ring(side + 0.5f, 1f, 0f), Ring(side + 1f, 1f, 0f));
            AddFacet(mesh, top, left, right);
            AddFacet(mesh, left, a, b);
            AddFacet(mesh, left, b, right);
            AddFacet(mesh, right, b, c);
            AddFacet(mesh, culet, b, a);
            AddFacet(mesh, culet, c, b);
        }

        return mesh;
    }

    private static Vector3 Ring(float side, float radius, float height)
    {
        var around = MathF.Tau * side / Sides;

        return new Vector3(radius * MathF.Sin(around), height, radius * MathF.Cos(around));
    }

    private static void AddFacet(GlbMesh mesh, Vector3 a, Vector3 b, Vector3 c)
    {
        var first = (uint)mesh.Positions.Count;
        var normal = Vector3.Cross(b - a, c - a);

        foreach (var corner in new[] { a, b, c })
        {
            mesh.Add(corner, normal, new Vector2(corner.X, corner.Z));
        }

        mesh.Indices.AddRange([first, first + 1, first + 2]);
    }
}
