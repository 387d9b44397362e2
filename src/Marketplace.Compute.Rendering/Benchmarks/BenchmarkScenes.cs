using System.Numerics;
using Marketplace.Compute.Rendering.Scenes.Procedural;

namespace Marketplace.Compute.Rendering.Benchmarks;

/// <summary>
/// The four scenes that speeds are measured on: a closed room, a studio with metal and textures, glass, and many lamps.
/// Made by the program, so that every rig and host has the same; a change makes a new
/// <see cref="RenderBenchmark.Version"/>, since scores on other scenes do not compare.
/// </summary>
internal static class BenchmarkScenes
{
    private const int LampsAlong = 20;
    private const int Glows = 8;
    private const uint LampSeed = 0x52553031;

    private static readonly Vector3 White = new(0.73f, 0.73f, 0.73f);

    public static IReadOnlyList<(string Name, byte[] Glb)> All() =>
        [("room", Room()), ("studio", CalibrationScene.ToGlb()), ("glass", Glass()), ("lamps", Lamps())];

    /// <summary>Light that comes by many bounces: a box with two coloured walls and two spheres.</summary>
    private static byte[] Room()
    {
        var glb = new GlbWriter();
        AddWalls(glb);
        AddLamp(glb, 0.7f, 14f);
        var sphere = glb.AddMesh(Shapes.Sphere(48, 24));
        var clay = glb.AddMaterial(new GlbMaterial("clay", White, 0f, 0.8f));
        var steel = glb.AddMaterial(new GlbMaterial("steel", new Vector3(0.8f), 1f, 0.15f));
        glb.AddNode("clay", sphere, clay, new Vector3(-0.45f, 0.35f, -0.3f), 0.35f);
        glb.AddNode("steel", sphere, steel, new Vector3(0.45f, 0.4f, 0.2f), 0.4f);
        AddView(glb);

        return glb.ToBytes();
    }

    /// <summary>Paths that go through surfaces: a row of glass balls of four indices of refraction.</summary>
    private static byte[] Glass()
    {
        var glb = new GlbWriter();
        AddWalls(glb);
        AddLamp(glb, 0.7f, 14f);
        var sphere = glb.AddMesh(Shapes.Sphere(96, 48));
        (float Ior, float Roughness, Vector3 Place, float Radius)[] balls =
        [
            (1.33f, 0f, new(-0.6f, 0.3f, 0.1f), 0.3f),
            (1.5f, 0.1f, new(0.05f, 0.35f, -0.3f), 0.35f),
            (1.76f, 0.3f, new(0.6f, 0.28f, 0.25f), 0.28f),
            (2.42f, 0f, new(0.02f, 0.2f, 0.55f), 0.2f),
        ];

        foreach (var ball in balls)
        {
            var glass = glb.AddMaterial(new GlbMaterial("glass", Vector3.One, 0f, ball.Roughness)
            {
                Transmission = 1f,
                Index = ball.Ior,
            });
            glb.AddNode("ball", sphere, glass, ball.Place, ball.Radius);
        }

        AddView(glb);

        return glb.ToBytes();
    }

    /// <summary>The choice among many lights: four hundred small coloured lamps over a floor.</summary>
    private static byte[] Lamps()
    {
        var glb = new GlbWriter();
        AddWalls(glb);
        var bulb = glb.AddMesh(Shapes.Sphere(10, 6));
        int[] glows =
        [
            .. Enumerable.Range(0, Glows).Select(colour => glb.AddMaterial(new GlbMaterial("bulb", Vector3.Zero, 0f, 1f)
            {
                Emission = new Vector3(
                    0.3f + (0.1f * (colour & 1)), 0.3f + (0.3f * ((colour >> 1) & 1)), 0.9f - (0.6f * (colour >> 2))),
                Strength = 12f,
            })),
        ];

        for (var lamp = 0; lamp < LampsAlong * LampsAlong; lamp++)
        {
            var word = Scramble(LampSeed + (uint)lamp);
            var place = new Vector3(
                (((lamp % LampsAlong) + 0.5f) / LampsAlong * 1.8f) - 0.9f,
                0.05f + ((word & 0xFFFF) / 65536f * 1.7f),
                (((lamp / LampsAlong) + 0.5f) / LampsAlong * 1.8f) - 0.9f);
            glb.AddNode("bulb", bulb, glows[word >> 29], place, 0.012f);
        }

        AddView(glb);

        return glb.ToBytes();
    }

    /// <summary>A box of two units a side, open towards the camera, red on the left and green on the right.</summary>
    private static void AddWalls(GlbWriter glb)
    {
        var white = glb.AddMaterial(new GlbMaterial("white", White, 0f, 0.9f) { DoubleSided = true });
        var red = glb.AddMaterial(new GlbMaterial("red", new(0.63f, 0.07f, 0.05f), 0f, 0.9f) { DoubleSided = true });
        var green = glb.AddMaterial(
            new GlbMaterial("green", new(0.14f, 0.45f, 0.09f), 0f, 0.9f) { DoubleSided = true });
        AddWall(glb, white, Vector3.UnitY, Vector3.Zero);
        AddWall(glb, white, -Vector3.UnitY, new Vector3(0f, 2f, 0f));
        AddWall(glb, white, Vector3.UnitZ, new Vector3(0f, 1f, -1f));
        AddWall(glb, red, Vector3.UnitX, new Vector3(-1f, 1f, 0f));
        AddWall(glb, green, -Vector3.UnitX, new Vector3(1f, 1f, 0f));
    }

    private static void AddWall(GlbWriter glb, int material, Vector3 normal, Vector3 centre)
    {
        var across = MathF.Abs(normal.Y) > 0.5f ? Vector3.UnitX : Vector3.UnitY;
        var along = Vector3.Cross(normal, across);
        var mesh = new GlbMesh();

        foreach (var (u, v) in new[] { (-1f, -1f), (1f, -1f), (-1f, 1f), (1f, 1f) })
        {
            mesh.Add((across * u) + (along * v), normal, new Vector2(u, v));
        }

        mesh.Indices.AddRange([0u, 1u, 2u, 1u, 3u, 2u]);
        glb.AddNode("wall", glb.AddMesh(mesh), material, centre, 1f);
    }

    private static void AddLamp(GlbWriter glb, float size, float strength)
    {
        var lamp = glb.AddMaterial(new GlbMaterial("lamp", Vector3.Zero, 0f, 1f)
        {
            Emission = new Vector3(1f, 0.9f, 0.75f),
            Strength = strength,
        });
        glb.AddNode("lamp", glb.AddMesh(Shapes.PanelFacingDown(size, size)), lamp, new Vector3(0f, 1.99f, 0f), 1f);
    }

    private static void AddView(GlbWriter glb) =>
        glb.AddCamera(new Vector3(0f, 1f, 3.6f), new Vector3(0f, 0.95f, 0f), 39f);

    /// <summary>Wellons' lowbias32: an integer hash, the same on every machine.</summary>
    private static uint Scramble(uint word)
    {
        word = (word ^ (word >> 16)) * 0x7FEB352D;
        word = (word ^ (word >> 15)) * 0x846CA68B;

        return word ^ (word >> 16);
    }
}
