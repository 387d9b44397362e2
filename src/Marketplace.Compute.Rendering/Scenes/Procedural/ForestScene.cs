using System.Numerics;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>
/// A clearing in a wood whose trees are copies of one model: bark, leaves, and where there are lamps a glowing fruit.
/// Each is turned and scaled by itself, and every fourth is mirrored.
/// </summary>
internal static class ForestScene
{
    private const int Seed = 0x464F5245;
    private const int BarkColumns = 12;
    private const float Spacing = 2.2f;

    /// <summary>Turns between two neighbours of a sunflower's seeds (Vogel 1979).</summary>
    private const float GoldenTurns = 0.381966f;

    /// <param name="trees">How many.</param>
    /// <param name="leaves">Of the one model, two triangles each.</param>
    /// <param name="asNodes">A node a tree; else one node with EXT_mesh_gpu_instancing.</param>
    /// <param name="hasLamps">A sun and the fruits; else there is no light but what the reader puts around it.</param>
    public static byte[] ToGlb(int trees, int leaves, bool asNodes = true, bool hasLamps = false)
    {
        var glb = new GlbWriter();
        var model = AddModel(glb, leaves, hasLamps);
        var copies = Enumerable.Range(0, trees).Select(Place).ToArray();

        if (asNodes)
        {
            Array.ForEach(copies, copy => glb.AddModelNode(model, copy.Place, copy.Turn, copy.Scale));
        }
        else
        {
            glb.AddModelCopies(model, copies);
        }

        AddGround(glb, Spacing * MathF.Sqrt(trees + 9f) * 1.5f);

        if (hasLamps)
        {
            AddSun(glb);
        }

        glb.AddCamera(new Vector3(0.5f, 2.4f, 7.5f), new Vector3(0f, 1.6f, -3f), 50f);

        return glb.ToBytes();
    }

    private static void AddSun(GlbWriter glb)
    {
        var sun = glb.AddMaterial(new GlbMaterial("sun", Vector3.Zero, 0f, 1f)
        {
            Emission = new Vector3(1f, 0.9f, 0.75f),
            Strength = 30f,
        });
        glb.AddNode("sun", glb.AddMesh(Shapes.PanelFacingDown(8f, 8f)), sun, new Vector3(2f, 14f, 3f), 1f);
    }

    private static int AddModel(GlbWriter glb, int leaves, bool hasFruit)
    {
        var bark = glb.AddMaterial(new GlbMaterial("bark", new Vector3(0.7f), 0f, 0.9f)
        {
            Texture = glb.AddTexture(CheckerPicture.ToPng(16, 4)),
        });
        var leaf = glb.AddMaterial(new GlbMaterial("leaf", new(0.12f, 0.35f, 0.06f), 0f, 0.6f) { DoubleSided = true });
        IReadOnlyList<Vector2> trunk =
            [new(0f, 2.2f), new(0.04f, 2.2f), new(0.08f, 1.2f), new(0.13f, 0.3f), new(0.22f, 0f), new(0f, 0f)];
        var (stem, crown) = (glb.AddMesh(Lathe.Turn(trunk, BarkColumns)), glb.AddMesh(Crown(leaves)));

        if (!hasFruit)
        {
            return glb.AddModel((stem, bark), (crown, leaf));
        }

        var fruit = glb.AddMaterial(new GlbMaterial("fruit", new Vector3(0.1f), 0f, 0.5f)
        {
            Emission = new Vector3(1f, 0.25f, 0.05f),
            Strength = 4f,
        });

        return glb.AddModel((stem, bark), (crown, leaf), (glb.AddMesh(Fruit()), fruit));
    }

    private static GlbMesh Crown(int leaves)
    {
        var mesh = new GlbMesh();

        for (var leaf = 0; leaf < leaves; leaf++)
        {
            var (a, b) = (Numbers(leaf, 1), Numbers(leaf, 2));
            var towards = OnSphere(a.X, a.Y);
            var along = OnSphere(b.X, b.Y);
            var across = Vector3.Normalize(Vector3.Cross(along, towards + new Vector3(0.01f, 0.02f, 0.03f)));
            var centre = new Vector3(0f, 2.3f, 0f) + (towards * new Vector3(1f, 1.1f, 1f) * (0.35f + (0.65f * a.Z)));
            var first = (uint)mesh.Positions.Count;

            foreach (var (u, v) in new[] { (-1f, -1f), (1f, -1f), (-1f, 1f), (1f, 1f) })
            {
                mesh.Add(
                    centre + (along * (u * 0.09f)) + (across * (v * 0.045f)),
                    Vector3.Cross(along, across),
                    new Vector2(u, v));
            }

            mesh.Indices.AddRange([first, first + 1, first + 2, first + 1, first + 3, first + 2]);
        }

        return mesh;
    }

    private static GlbMesh Fruit()
    {
        var mesh = Shapes.Sphere(6, 4);

        for (var i = 0; i < mesh.Positions.Count; i++)
        {
            mesh.Positions[i] = (mesh.Positions[i] * 0.06f) + new Vector3(0.9f, 1.5f, 0.3f);
        }

        return mesh;
    }

    private static (Vector3 Place, Quaternion Turn, Vector3 Scale) Place(int tree)
    {
        var (a, b) = (Numbers(tree, 3), Numbers(tree, 4));
        var around = MathF.Tau * GoldenTurns * tree;
        var far = Spacing * MathF.Sqrt(tree + 3f);
        var size = 0.7f + (0.7f * b.X);

        return (
            new Vector3(far * MathF.Sin(around), 0f, -far * MathF.Cos(around)),
            Quaternion.CreateFromYawPitchRoll(MathF.Tau * a.X, 0.2f * (a.Y - 0.5f), 0.2f * (a.Z - 0.5f)),
            new Vector3(tree % 4 == 3 ? -size : size, size * (0.8f + (0.5f * b.Y)), size));
    }

    private static void AddGround(GlbWriter glb, float half)
    {
        var soil = glb.AddMaterial(new GlbMaterial("soil", new Vector3(0.25f, 0.18f, 0.1f), 0f, 0.9f));
        var mesh = new GlbMesh();

        foreach (var (u, v) in new[] { (-1f, 1f), (1f, 1f), (-1f, -1f), (1f, -1f) })
        {
            mesh.Add(new Vector3(u * half, 0f, v * half), Vector3.UnitY, new Vector2(u, v));
        }

        mesh.Indices.AddRange([0u, 1u, 2u, 1u, 3u, 2u]);
        glb.AddNode("ground", glb.AddMesh(mesh), soil, Vector3.Zero, 1f);
    }

    private static Vector3 OnSphere(float u, float v)
    {
        var z = 1f - (2f * u);
        var radius = MathF.Sqrt(1f - (z * z));

        return new Vector3(radius * MathF.Cos(MathF.Tau * v), z, radius * MathF.Sin(MathF.Tau * v));
    }

    /// <summary>Three numbers in [0, 1), the same on every machine.</summary>
    private static Vector3 Numbers(int index, uint kind)
    {
        var words = Philox.At((uint)index, kind, 0u, 0u, Seed, 0u);

        return new Vector3(words.W0 >> 8, words.W1 >> 8, words.W2 >> 8) * (1f / 16777216f);
    }
}
