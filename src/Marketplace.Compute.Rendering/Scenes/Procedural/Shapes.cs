using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>Shapes as meshes, counter-clockwise seen from outside.</summary>
internal static class Shapes
{
    /// <summary>A unit sphere of rings from pole to pole.</summary>
    public static GlbMesh Sphere(int columns, int rows)
    {
        var mesh = new GlbMesh();

        for (var row = 0; row <= rows; row++)
        {
            var polar = MathF.PI * row / rows;

            for (var column = 0; column <= columns; column++)
            {
                var around = MathF.Tau * column / columns;
                var point = new Vector3(
                    MathF.Sin(polar) * MathF.Sin(around), MathF.Cos(polar), MathF.Sin(polar) * MathF.Cos(around));
                mesh.Add(point, point, new Vector2((float)column / columns, (float)row / rows));
            }
        }

        mesh.JoinGrid(rows, columns);

        return mesh;
    }

    /// <summary>A tube along a (p, q) torus knot of outer radius about 1.5.</summary>
    public static GlbMesh TorusKnot(int p, int q, float thickness, int segments, int sides)
    {
        var mesh = new GlbMesh();

        for (var i = 0; i <= segments; i++)
        {
            var t = MathF.Tau * i / segments;
            var centre = KnotPoint(p, q, t);
            var tangent = Vector3.Normalize(KnotPoint(p, q, t + 0.001f) - KnotPoint(p, q, t - 0.001f));
            var outwards = Vector3.Normalize(centre - (tangent * Vector3.Dot(centre, tangent)));
            var across = Vector3.Cross(tangent, outwards);

            for (var side = 0; side <= sides; side++)
            {
                var around = MathF.Tau * side / sides;
                var normal = (outwards * MathF.Cos(around)) + (across * MathF.Sin(around));
                mesh.Add(centre + (normal * thickness), normal, new Vector2((float)i / segments, (float)side / sides));
            }
        }

        mesh.JoinGrid(segments, sides);

        for (var i = 0; i < mesh.Indices.Count; i += 3)
        {
            // The grid runs the other way round here than on the sphere.
            (mesh.Indices[i + 1], mesh.Indices[i + 2]) = (mesh.Indices[i + 2], mesh.Indices[i + 1]);
        }

        return mesh;
    }

    /// <summary>Floor, quarter bend and back wall in one sheet: a photographer's sweep.</summary>
    public static GlbMesh Sweep(float halfWidth, float front, float bend, float height, int steps)
    {
        var mesh = new GlbMesh();
        var profile = new List<(Vector2 Point, Vector2 Normal)> { (new Vector2(front, 0f), Vector2.UnitY) };

        for (var i = 0; i <= steps; i++)
        {
            var angle = MathF.PI * 0.5f * i / steps;
            var direction = new Vector2(MathF.Sin(angle), MathF.Cos(angle));
            profile.Add((new Vector2(-2.5f, bend) - (bend * direction), direction));
        }

        profile.Add((new Vector2(-2.5f - bend, height), Vector2.UnitX));
        var length = 0f;

        for (var i = 0; i < profile.Count; i++)
        {
            length += i == 0 ? 0f : Vector2.Distance(profile[i].Point, profile[i - 1].Point);

            for (var side = 0; side <= 1; side++)
            {
                var x = halfWidth * ((side * 2) - 1);
                mesh.Add(
                    new Vector3(x, profile[i].Point.Y, profile[i].Point.X),
                    new Vector3(0f, profile[i].Normal.Y, profile[i].Normal.X),
                    new Vector2(x / 4f, length / 4f));
            }
        }

        for (var row = 0u; row + 1 < profile.Count; row++)
        {
            var a = row * 2;
            mesh.Indices.AddRange([a, a + 1, a + 2, a + 1, a + 3, a + 2]);
        }

        return mesh;
    }

    /// <summary>A ring in the XY plane.</summary>
    public static GlbMesh Torus(float radius, float thickness, int segments, int sides)
    {
        var mesh = new GlbMesh();

        for (var i = 0; i <= segments; i++)
        {
            var along = MathF.Tau * i / segments;
            var outwards = new Vector3(MathF.Cos(along), MathF.Sin(along), 0f);

            for (var side = 0; side <= sides; side++)
            {
                var around = MathF.Tau * side / sides;
                var normal = (outwards * MathF.Cos(around)) + (Vector3.UnitZ * MathF.Sin(around));
                mesh.Add(
                    (outwards * radius) + (normal * thickness),
                    normal,
                    new Vector2((float)i / segments, (float)side / sides));
            }
        }

        mesh.JoinGrid(segments, sides);

        return mesh;
    }

    /// <summary>A round step on the floor; its texture lies flat, one <paramref name="repeat"/> wide.</summary>
    public static GlbMesh Disc(float radius, float height, float repeat, int columns)
    {
        var mesh = new GlbMesh();
        ReadOnlySpan<(float Radius, float Height, Vector3 Normal)> rows =
        [
            (0f, height, Vector3.UnitY), (radius, height, Vector3.UnitY),
            (radius, height, default), (radius, 0f, default),
        ];

        foreach (var row in rows)
        {
            for (var column = 0; column <= columns; column++)
            {
                var around = MathF.Tau * column / columns;
                var outwards = new Vector3(MathF.Sin(around), 0f, MathF.Cos(around));
                var point = (outwards * row.Radius) + new Vector3(0f, row.Height, 0f);
                mesh.Add(
                    point, row.Normal == default ? outwards : row.Normal, new Vector2(point.X, point.Z) / repeat);
            }
        }

        mesh.JoinGrid(rows.Length - 1, columns);

        return mesh;
    }

    /// <summary>A sheet across X that shines along negative X.</summary>
    public static GlbMesh PanelFacingLeft(float height, float depth)
    {
        var mesh = new GlbMesh();

        foreach (var (y, z) in new[] { (-1f, -1f), (1f, -1f), (-1f, 1f), (1f, 1f) })
        {
            mesh.Add(new Vector3(0f, y * height / 2f, z * depth / 2f), -Vector3.UnitX, new Vector2(y, z));
        }

        mesh.Indices.AddRange([0u, 2u, 1u, 1u, 2u, 3u]);

        return mesh;
    }

    public static GlbMesh PanelFacingDown(float width, float depth)
    {
        var mesh = new GlbMesh();

        foreach (var (x, z) in new[] { (-1f, -1f), (1f, -1f), (-1f, 1f), (1f, 1f) })
        {
            mesh.Add(new Vector3(x * width / 2f, 0f, z * depth / 2f), -Vector3.UnitY, new Vector2(x, z));
        }

        mesh.Indices.AddRange([0u, 1u, 2u, 1u, 3u, 2u]);

        return mesh;
    }

    private static Vector3 KnotPoint(int p, int q, float t)
    {
        var radius = 1f + (0.5f * MathF.Cos(q * t));

        return new Vector3(radius * MathF.Cos(p * t), radius * MathF.Sin(p * t), 0.5f * MathF.Sin(q * t));
    }
}
