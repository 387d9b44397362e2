using System.Text.Json.Nodes;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;
using SkiaSharp;

namespace Marketplace.Compute.Rendering.Tests;

/// <summary>
/// A unit square at z = 0 that faces +Z, with its texture upright, as a glTF that a test may change; and what is seen
/// of it through a window of its own size.
/// </summary>
internal static class Card
{
    public const string Picture = "picture.png";

    private const int Samples = 16;

    /// <param name="material">glTF's JSON of it; texture 0 is the picture.</param>
    /// <param name="picture">A PNG.</param>
    /// <param name="low">Texture coordinates of the left and of the upper edge.</param>
    /// <param name="high">Texture coordinates of the right and of the lower edge.</param>
    public static HandMadeGltf Make(string material, byte[]? picture = null, float low = 0f, float high = 1f)
    {
        var gltf = new HandMadeGltf();
        var attributes = new JsonObject
        {
            ["POSITION"] = gltf.Add([0f, 0f, 0f, 1f, 0f, 0f, 0f, 1f, 0f, 1f, 1f, 0f], "VEC3"),
            ["NORMAL"] = gltf.Add([0f, 0f, 1f, 0f, 0f, 1f, 0f, 0f, 1f, 0f, 0f, 1f], "VEC3"),
            ["TEXCOORD_0"] = gltf.Add([low, high, high, high, low, low, high, low], "VEC2"),
        };
        gltf.Json["meshes"] = new JsonArray(new JsonObject
        {
            ["primitives"] = new JsonArray(new JsonObject
            {
                ["attributes"] = attributes,
                ["indices"] = gltf.AddBytes([0, 1, 2, 2, 1, 3], 5121, 6, "SCALAR"),
                ["material"] = 0,
            }),
        });
        var parsed = JsonNode.Parse(material)!;
        gltf.Json["materials"] = new JsonArray(parsed);
        gltf.Json["nodes"] = JsonNode.Parse("""[ { "mesh": 0 } ]""");
        gltf.Json["scenes"] = JsonNode.Parse("""[ { "nodes": [ 0 ] } ]""");
        var used = Extensions(parsed).Distinct(StringComparer.Ordinal).Select(name => JsonValue.Create(name)).ToArray();

        if (used.Length > 0)
        {
            gltf.Json["extensionsUsed"] = new JsonArray([.. used]);
        }

        if (picture is not null)
        {
            gltf.Files[Picture] = picture;
            gltf.Json["images"] = new JsonArray(new JsonObject { ["uri"] = Picture });
            gltf.Json["samplers"] = new JsonArray(new JsonObject());
            gltf.Json["textures"] = JsonNode.Parse("""[ { "source": 0, "sampler": 0 } ]""");
        }

        return gltf;
    }

    public static JsonObject Primitive(this HandMadeGltf gltf) =>
        gltf.Json["meshes"]![0]!["primitives"]![0]!.AsObject();

    public static JsonObject Attributes(this HandMadeGltf gltf) => gltf.Primitive()["attributes"]!.AsObject();

    /// <summary>A PNG, row by row; alpha stays apart from colour.</summary>
    public static byte[] Png(int width, params SKColor[] pixels) => Encoded(width, SKEncodedImageFormat.Png, pixels);

    public static byte[] Encoded(int width, SKEncodedImageFormat format, params SKColor[] pixels)
    {
        using var bitmap = new SKBitmap(
            new SKImageInfo(width, pixels.Length / width, SKColorType.Rgba8888, SKAlphaType.Unpremul));

        for (var at = 0; at < pixels.Length; at++)
        {
            bitmap.SetPixel(at % width, at / width, pixels[at]);
        }

        using var file = bitmap.Encode(format, 90);

        return file.ToArray();
    }

    public static RenderView View(int edge) => new()
    {
        Width = edge,
        Height = edge,
        Seed = 1,
        Camera = new Camera
        {
            Position = new Vec3(0.5f, 0.5f, 2f),
            Target = new Vec3(0.5f, 0.5f, 0f),
            OrthographicHalfHeight = 0.5f,
        },
    };

    public static AovTile Aovs(this Scene scene, int edge)
    {
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(scene, device);

        return tracer.TraceAovs(
            View(edge), new Tile(0, 0, edge, edge), Samples, TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Extensions(JsonNode? node) => node switch
    {
        JsonObject parts => parts.SelectMany(part =>
            (part.Key == "extensions" ? part.Value!.AsObject().Select(one => one.Key) : [])
                .Concat(Extensions(part.Value))),
        JsonArray items => items.SelectMany(Extensions),
        _ => [],
    };
}
