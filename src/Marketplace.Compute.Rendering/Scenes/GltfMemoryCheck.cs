using System.Text.Json;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// What a file's JSON alone tells of the memory that reading it takes: its own objects, and what a primitive or a curve
/// takes while it is read, be there bytes for its numbers or not. What is drawn then is counted as it grows.
/// </summary>
internal static class GltfMemoryCheck
{
    /// <summary>Of an object or array: its words here, and what the parser makes of it.</summary>
    private const long NodeBytes = 400;

    /// <summary>Of a number or text, without its letters.</summary>
    private const long ValueBytes = 48;

    /// <summary>An attribute as the file has it and as the world does.</summary>
    private const long Vector3Bytes = 2 * 12;
    private const long Vector4Bytes = 2 * 16;

    /// <summary>A vertex's number among those that are drawn.</summary>
    private const long PlaceBytes = 4;

    /// <summary>Corners of a triangle, in a list that grows by doubling.</summary>
    private const long CornersBytes = 3 * 16;

    /// <summary>A sparse value's place in the parser's dictionary, which grows by doubling.</summary>
    private const long SparseBytes = 72;

    private const long KeyBytes = 64;
    private const long KeyValueBytes = 40;

    /// <summary>Counts the JSON's parts before any is kept.</summary>
    /// <exception cref="JsonException">It is broken.</exception>
    /// <exception cref="SceneFormatException">It takes too many bytes.</exception>
    public static void CountJson(ReadOnlySpan<byte> json, SceneMemory memory)
    {
        var reader = new Utf8JsonReader(json);
        var bytes = 4L * json.Length;

        while (reader.Read())
        {
            bytes += reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? NodeBytes : ValueBytes;
        }

        memory.Keep("its JSON", bytes);
    }

    /// <exception cref="SceneFormatException">It names what takes too many bytes.</exception>
    public static void Run(JsonElement root, JsonElement[] nodes, SceneMemory memory)
    {
        var accessors = GltfCheck.ArrayOf(root, "accessors");
        var meshes = GltfCheck.ArrayOf(root, "meshes");
        var drawn = nodes
            .Select(node => node.TryGetProperty("mesh", out var mesh) ? GltfCheck.IndexOf(mesh, meshes.Length) : null)
            .OfType<int>().Distinct().Order();

        foreach (var mesh in drawn)
        {
            foreach (var (at, primitive) in GltfCheck.ArrayOf(meshes[mesh], "primitives").Index())
            {
                memory.Pass($"mesh {mesh} primitive {at}", BytesOf(primitive, accessors));
            }
        }

        foreach (var (clip, animation) in GltfCheck.ArrayOf(root, "animations").Index())
        {
            foreach (var (at, sampler) in GltfCheck.ArrayOf(animation, "samplers").Index())
            {
                memory.Pass(
                    $"animation {clip} sampler {at}",
                    (CountOf(sampler, "input", accessors) * KeyBytes)
                        + (CountOf(sampler, "output", accessors) * KeyValueBytes)
                        + SparseOf(sampler, "input", accessors) + SparseOf(sampler, "output", accessors));
            }
        }
    }

    private static long BytesOf(JsonElement primitive, JsonElement[] accessors)
    {
        if (!primitive.TryGetProperty("attributes", out var attributes))
        {
            return 0;
        }

        var vertices = CountOf(attributes, "POSITION", accessors);
        var corners = primitive.TryGetProperty("indices", out _) ? CountOf(primitive, "indices", accessors) : vertices;

        // A strip or fan has one for each corner.
        var isList = !primitive.TryGetProperty("mode", out var mode) || mode.GetRawText() == "4";
        var triangles = isList ? corners / 3 : corners;

        // Tangents, for they are made where they are missing and wanted.
        return (vertices * (PlaceBytes + Vector3Bytes + Vector3Bytes + Vector4Bytes)) + (triangles * CornersBytes)
            + GltfVertices.Attributes.Sum(name => SparseOf(attributes, name, accessors));
    }

    private static long SparseOf(JsonElement of, string name, JsonElement[] accessors) =>
        AccessorOf(of, name, accessors) is { } accessor && accessor.TryGetProperty("sparse", out var sparse)
            && sparse.ValueKind == JsonValueKind.Object
            ? Number(sparse, "count") * SparseBytes
            : 0;

    private static long CountOf(JsonElement of, string name, JsonElement[] accessors) =>
        AccessorOf(of, name, accessors) is { } accessor ? Number(accessor, "count") : 0;

    /// <summary>Null of what names nothing in the file: the parser refuses it, or goes without.</summary>
    private static JsonElement? AccessorOf(JsonElement of, string name, JsonElement[] accessors) =>
        of.TryGetProperty(name, out var value) && GltfCheck.IndexOf(value, accessors.Length) is { } index
            ? accessors[index]
            : null;

    private static long Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
            ? Math.Max(0, number)
            : 0;
}
