using System.Buffers.Binary;
using System.Text.Json;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// What is checked before the parser sees the file: the container's lengths, counts against the limits, the node tree
/// (a parser may recurse along it), the extensions and the clips.
/// </summary>
internal sealed record GltfCheck(IReadOnlyList<string> Unsupported, GltfClips Clips)
{
    private const uint GlbMagic = 0x46546C67;
    private const uint JsonChunk = 0x4E4F534A;

    private static readonly string[] Drawn =
    [
        "EXT_mesh_gpu_instancing", "EXT_texture_webp", "KHR_lights_punctual", "KHR_materials_anisotropy",
        "KHR_materials_clearcoat", "KHR_materials_emissive_strength", "KHR_materials_ior", "KHR_materials_iridescence",
        "KHR_materials_sheen", "KHR_materials_specular", "KHR_materials_transmission", "KHR_materials_unlit",
        "KHR_materials_volume", "KHR_mesh_quantization", "KHR_texture_transform",
    ];

    public static GltfCheck Of(ReadOnlySpan<byte> file, SceneLimits limits, SceneMemory memory)
    {
        var json = IsGlb(file) ? JsonOf(file) : file;

        if (json.Length > limits.JsonBytesMax)
        {
            throw new SceneFormatException(
                $"glTF: {json.Length} bytes of JSON, allowed are {limits.JsonBytesMax} "
                    + $"({nameof(SceneLimits.JsonBytesMax)}).");
        }

        try
        {
            GltfMemoryCheck.CountJson(json, memory);
            using var document = JsonDocument.Parse(json.ToArray());
            var root = document.RootElement;

            if (root.ValueKind != JsonValueKind.Object)
            {
                throw new SceneFormatException("glTF: the JSON is no object.");
            }

            CheckCounts(root, limits);
            var nodes = ArrayOf(root, "nodes");
            GltfNodeCheck.Run(nodes, limits);
            GltfLightCheck.Run(root, nodes, limits);
            GltfWorkCheck.Run(root, nodes, limits);
            GltfMemoryCheck.Run(root, nodes, memory);

            return new GltfCheck(CheckExtensions(root), GltfClips.Of(root, limits));
        }
        catch (JsonException fault)
        {
            throw new SceneFormatException(
                $"glTF: JSON broken at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}.", fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new SceneFormatException($"glTF: a JSON value is of the wrong kind ({fault.Message}).", fault);
        }
    }

    internal static JsonElement[] ArrayOf(JsonElement parent, string name)
    {
        if (!parent.TryGetProperty(name, out var value))
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray()]
            : throw new SceneFormatException($"glTF: '{name}' is no array.");
    }

    internal static void Count(string what, long count, long max, string limit)
    {
        if (count > max)
        {
            throw new SceneFormatException($"glTF: {count} {what}, allowed are {max} ({limit}).");
        }
    }

    /// <summary>Null of what names nothing in the file: the parser refuses it, or goes without.</summary>
    internal static int? IndexOf(JsonElement value, int count) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index) && index >= 0 && index < count
            ? index
            : null;

    private static bool IsGlb(ReadOnlySpan<byte> file) =>
        file.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(file) == GlbMagic;

    private static ReadOnlySpan<byte> JsonOf(ReadOnlySpan<byte> file)
    {
        if (file.Length < 20)
        {
            throw new SceneFormatException($"glb at byte {file.Length}: the file ends within its header.");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        var chunk = BinaryPrimitives.ReadUInt32LittleEndian(file[12..]);
        var kind = BinaryPrimitives.ReadUInt32LittleEndian(file[16..]);

        if (version != 2)
        {
            throw new SceneFormatException($"glb at byte 4: version {version}, expected 2.");
        }

        if (length != file.Length)
        {
            throw new SceneFormatException($"glb at byte 8: says {length} bytes, the file has {file.Length}.");
        }

        if (kind != JsonChunk || chunk > file.Length - 20)
        {
            throw new SceneFormatException(
                $"glb at byte 12: the first chunk is no JSON of at most {file.Length - 20} bytes.");
        }

        return file.Slice(20, (int)chunk);
    }

    private static void CheckCounts(JsonElement root, SceneLimits limits)
    {
        Count("nodes", ArrayOf(root, "nodes").Length, limits.NodesMax, nameof(SceneLimits.NodesMax));
        Count("materials", ArrayOf(root, "materials").Length, limits.MaterialsMax, nameof(SceneLimits.MaterialsMax));
        var valuesMax = 3L * limits.TrianglesMax;

        foreach (var accessor in ArrayOf(root, "accessors"))
        {
            if (accessor.TryGetProperty("count", out var count)
                && (!count.TryGetInt64(out var values) || values < 1 || values > valuesMax))
            {
                throw new SceneFormatException(
                    $"glTF: an accessor of {count.GetRawText()} values, allowed are 1 to {valuesMax} "
                    + $"(three times {nameof(SceneLimits.TrianglesMax)}).");
            }
        }
    }

    private static List<string> CheckExtensions(JsonElement root)
    {
        foreach (var required in ArrayOf(root, "extensionsRequired"))
        {
            var name = required.GetString();

            if (!Drawn.Contains(name, StringComparer.Ordinal))
            {
                throw new SceneFormatException($"glTF: the file requires {name}, which is not supported.");
            }
        }

        return [.. ArrayOf(root, "extensionsUsed")
            .Select(used => used.GetString() ?? "")
            .Where(used => !Drawn.Contains(used, StringComparer.Ordinal))
            .Distinct(StringComparer.Ordinal)];
    }
}
