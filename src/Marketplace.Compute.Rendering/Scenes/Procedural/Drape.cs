using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>A round cloth that lies over a ball and hangs to the floor in folds.</summary>
internal static class Drape
{
    /// <summary>The share of the cloth that lies on the ball.</summary>
    private const float Lying = 0.36f;
    private const float LyingTurns = 0.2f;
    private const float Step = 1e-3f;

    /// <summary>One unit high; the ball has this radius.</summary>
    public static GlbMesh Over(float ball, int folds, int columns, int rows)
    {
        var mesh = new GlbMesh();

        for (var row = 0; row <= rows; row++)
        {
            var t = (float)row / rows;

            for (var column = 0; column <= columns; column++)
            {
                var around = MathF.Tau * column / columns;
                var normal = Vector3.Cross(
                    Point(ball, folds, t + Step, around) - Point(ball, folds, t - Step, around),
                    Point(ball, folds, t, around + Step) - Point(ball, folds, t, around - Step));
                mesh.Add(
                    Point(ball, folds, t, around),
                    row == 0 ? Vector3.UnitY : normal,
                    new Vector2((float)column / columns, t));
            }
        }

        mesh.JoinGrid(rows, columns);

        return mesh;
    }

    private static Vector3 Point(float ball, int folds, float t, float around)
    {
        var hanging = Math.Clamp((t - Lying) / (1f - Lying), 0f, 1.1f);
        var polar = MathF.Tau * LyingTurns * Math.Min(t / Lying, 1f);
        var edge = 1f - ball + (ball * MathF.Cos(MathF.Tau * LyingTurns));
        var radius = (ball * MathF.Sin(polar)) + (hanging * 0.16f) + (0.1f * hanging * hanging);
        var height = hanging > 0f ? edge * (1f - hanging) : 1f - ball + (ball * MathF.Cos(polar));

        // Folds of uneven width, deeper towards the hem.
        var wave = MathF.Sin((folds * around) + (0.9f * MathF.Sin(2f * around)) + (0.5f * MathF.Sin(3f * around)));
        radius *= 1f + (0.2f * hanging * (2f - hanging) * wave) + (0.03f * hanging * MathF.Sin(around + 1f));

        return new Vector3(radius * MathF.Sin(around), height, radius * MathF.Cos(around));
    }
}
