using System.Numerics;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;

namespace Marketplace.Compute.Rendering.Tests;

/// <summary>Small scenes made by code, and the folder of real ones where it is there.</summary>
internal static class TestScenes
{
    /// <summary>The file in the data folder beside the repository; skips the test where there is none.</summary>
    public static string DataFile(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "global.json")))
            {
                var path = Path.Combine(folder.FullName, "..", "shared", "data", "gltf", name);
                Assert.SkipUnless(File.Exists(path), $"The scene {name} is not in ../shared/data/gltf.");

                return path;
            }
        }

        Assert.Skip("The test does not run from within the repository.");

        return "";
    }

    /// <summary>A textured sphere and an emissive one: a small file with everything the reader looks at.</summary>
    public static byte[] SmallGlb(int columns = 12, int rows = 6)
    {
        var glb = new GlbWriter();
        var texture = glb.AddTexture(CheckerPicture.ToPng(16, 4));
        var sphere = glb.AddMesh(Shapes.Sphere(columns, rows));
        var painted = glb.AddMaterial(new GlbMaterial("painted", new Vector3(0.8f), 0.2f, 0.4f) { Texture = texture });
        var glowing = glb.AddMaterial(new GlbMaterial("glowing", Vector3.Zero, 0f, 1f)
        {
            Emission = new Vector3(1f, 0.5f, 0.25f),
            Strength = 12f,
        });
        glb.AddNode("painted", sphere, painted, Vector3.Zero, 1f);
        glb.AddNode("glowing", sphere, glowing, new Vector3(1.6f, 1.4f, 0.6f), 0.3f);
        glb.AddCamera(new Vector3(0f, 0f, 4f), Vector3.Zero, 40f);

        return glb.ToBytes();
    }

    /// <summary>A unit sphere of one material under the given light.</summary>
    public static Scene Sphere(SceneMaterial material, EnvironmentMap environment)
    {
        var builder = new SceneBuilder();
        AddMesh(builder, Shapes.Sphere(128, 64), builder.AddMaterial(material));

        return Finish(builder, new SceneOptions { Environment = environment });
    }

    /// <summary>A large floor at y = 0 and whatever lights the caller adds.</summary>
    public static Scene Floor(SceneMaterial floor, Action<SceneBuilder> addLights, EnvironmentMap? environment = null)
    {
        var builder = new SceneBuilder();
        AddQuad(builder, builder.AddMaterial(floor), new Vec3(0f), 100f, up: true);
        addLights(builder);

        return Finish(builder, new SceneOptions { Environment = environment });
    }

    /// <summary>A square of half size <paramref name="half"/> about a centre, facing up or down.</summary>
    public static void AddQuad(SceneBuilder builder, int material, Vec3 centre, float half, bool up)
    {
        var normal = new Vec3(0f, up ? 1f : -1f, 0f);
        int[] corners =
        [
            .. new[] { (-1f, -1f), (1f, -1f), (-1f, 1f), (1f, 1f) }.Select(corner => builder.AddVertex(new SceneVertex(
                centre + new Vec3(corner.Item1 * half, 0f, corner.Item2 * half),
                normal,
                new Float4(1f, 1f, 1f, 1f),
                default,
                new Float4(corner.Item1, corner.Item2, 0f, 0f)))),
        ];

        if (up)
        {
            builder.AddTriangle(corners[0], corners[2], corners[1], material);
            builder.AddTriangle(corners[1], corners[2], corners[3], material);
        }
        else
        {
            builder.AddTriangle(corners[0], corners[1], corners[2], material);
            builder.AddTriangle(corners[1], corners[3], corners[2], material);
        }
    }

    /// <summary>A sky with a bright sun of nine pixels, 64 x 32.</summary>
    public static EnvironmentMap SunnySky()
    {
        var pixels = new Float4[64 * 32];

        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = new Float4(0.3f, 0.4f, 0.6f, 0f);
        }

        foreach (var row in new[] { 6, 7, 8 })
        {
            pixels.AsSpan((row * 64) + 20, 3).Fill(new Float4(50f, 45f, 35f, 0f));
        }

        return EnvironmentMap.Of(64, 32, pixels);
    }

    public static SceneFacts NoFacts { get; } = new()
    {
        Triangles = 0,
        Textures = 0,
        TexturePixels = 0,
        Materials = 0,
        Lights = 0,
        MemoryBytes = 0,
        Cameras = [],
        Animations = [],
        UnsupportedExtensions = [],
    };

    public static Scene Finish(SceneBuilder builder, SceneOptions options) =>
        SceneReader.Finish(builder, options, SceneWork.Endless, [], NoFacts);

    private static void AddMesh(SceneBuilder builder, GlbMesh mesh, int material)
    {
        var white = new Float4(1f, 1f, 1f, 1f);
        var first = 0;

        for (var i = 0; i < mesh.Positions.Count; i++)
        {
            var p = mesh.Positions[i];
            var place = builder.AddVertex(new SceneVertex(
                new Vec3(p.X, p.Y, p.Z), new Vec3(p.X, p.Y, p.Z), white, default, default));
            first = i == 0 ? place : first;
        }

        for (var i = 0; i < mesh.Indices.Count; i += 3)
        {
            builder.AddTriangle(
                first + (int)mesh.Indices[i], first + (int)mesh.Indices[i + 1], first + (int)mesh.Indices[i + 2], material);
        }
    }
}
