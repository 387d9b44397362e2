using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>
/// Bodies of revolution about the Y axis. A profile is points (radius, height) from the axis above to the axis below,
/// with the body on the inner side: a hollow body's profile starts at the bottom of its hollow.
/// </summary>
internal static class Lathe
{
    /// <summary>Where the profile turns by more than this (as a cosine), the body has an edge.</summary>
    private const float EdgeCosine = 0.8f;

    public static GlbMesh Turn(IReadOnlyList<Vector2> profile, int columns)
    {
        var rows = Rows(profile);
        var mesh = new GlbMesh();

        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column <= columns; column++)
            {
                var around = MathF.Tau * column / columns;
                var (sine, cosine) = (MathF.Sin(around), MathF.Cos(around));
                var (point, normal) = rows[row];
                mesh.Add(
                    new Vector3(point.X * sine, point.Y, point.X * cosine),
                    new Vector3(normal.X * sine, normal.Y, normal.X * cosine),
                    new Vector2((float)column / columns, (float)row / (rows.Count - 1)));
            }
        }

        mesh.JoinGrid(rows.Count - 1, columns);

        return mesh;
    }

    /// <summary>
    /// A curve through the points (Catmull and Rom 1974) in so many steps each; a point that stands there twice is a
    /// corner.
    /// </summary>
    public static IReadOnlyList<Vector2> Curve(int steps, params ReadOnlySpan<Vector2> points)
    {
        var curve = new List<Vector2> { points[0] };

        for (var i = 0; i + 1 < points.Length; i++)
        {
            if (points[i] == points[i + 1])
            {
                continue;
            }

            var before = points[Math.Max(i - 1, 0)];
            var after = points[Math.Min(i + 2, points.Length - 1)];

            for (var step = 1; step <= steps; step++)
            {
                curve.Add(Between(before, points[i], points[i + 1], after, (float)step / steps));
            }
        }

        return curve;
    }

    private static Vector2 Between(Vector2 before, Vector2 from, Vector2 to, Vector2 after, float t) => 0.5f
        * ((2f * from) + ((to - before) * t)
            + (((2f * before) - (5f * from) + (4f * to) - after) * t * t)
            + (((3f * from) - before - (3f * to) + after) * t * t * t));

    private static List<(Vector2 Point, Vector2 Normal)> Rows(IReadOnlyList<Vector2> profile)
    {
        var rows = new List<(Vector2 Point, Vector2 Normal)> { (profile[0], Outwards(profile, 0)) };

        for (var i = 1; i + 1 < profile.Count; i++)
        {
            var (above, below) = (Outwards(profile, i - 1), Outwards(profile, i));

            if (Vector2.Dot(above, below) >= EdgeCosine)
            {
                rows.Add((profile[i], Vector2.Normalize(above + below)));
            }
            else
            {
                rows.Add((profile[i], above));
                rows.Add((profile[i], below));
            }
        }

        rows.Add((profile[^1], Outwards(profile, profile.Count - 2)));

        return rows;
    }

    private static Vector2 Outwards(IReadOnlyList<Vector2> profile, int segment)
    {
        var along = Vector2.Normalize(profile[segment + 1] - profile[segment]);

        return new Vector2(-along.Y, along.X);
    }
}
