using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tests;

/// <summary>glTF JSON with one buffer beside it.</summary>
internal sealed class HandMadeGltf
{
    private readonly List<byte> _bytes = [];
    private readonly JsonArray _accessors = [];
    private readonly JsonArray _views = [];

    public JsonObject Json { get; } = [];

    /// <summary>Other files, such as pictures.</summary>
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public int Add(float[] numbers, string type)
    {
        var lanes = type switch { "SCALAR" => 1, "VEC2" => 2, "VEC3" => 3, "VEC4" => 4, _ => 16 };
        var index = AddBytes([.. numbers.SelectMany(BitConverter.GetBytes)], 5126, numbers.Length / lanes, type);

        if (lanes is 1 or 3)
        {
            _accessors[index]!["min"] = Bounds(numbers, lanes, Enumerable.Min);
            _accessors[index]!["max"] = Bounds(numbers, lanes, Enumerable.Max);
        }

        return index;
    }

    public int AddBytes(byte[] bytes, int component, int count, string type)
    {
        _views.Add(new JsonObject { ["buffer"] = 0, ["byteOffset"] = _bytes.Count, ["byteLength"] = bytes.Length });
        _accessors.Add(new JsonObject
        {
            ["bufferView"] = _views.Count - 1,
            ["componentType"] = component,
            ["count"] = count,
            ["type"] = type,
        });
        _bytes.AddRange(bytes);
        _bytes.AddRange(new byte[(4 - (bytes.Length % 4)) % 4]);

        return _accessors.Count - 1;
    }

    /// <summary>Values for which the file has no bytes: zeros, but for sparse ones whose bytes are claimed too.</summary>
    public int Claim(int count, string type, int sparse = 0)
    {
        var accessor = new JsonObject { ["componentType"] = 5126, ["count"] = count, ["type"] = type };

        if (sparse > 0)
        {
            accessor["sparse"] = new JsonObject { ["count"] = sparse };
        }

        if (type == "VEC3")
        {
            accessor["min"] = new JsonArray(0f, 0f, 0f);
            accessor["max"] = new JsonArray(0f, 0f, 0f);
        }

        _accessors.Add(accessor);

        return _accessors.Count - 1;
    }

    public Dictionary<string, ReadOnlyMemory<byte>> Manifest()
    {
        Json["asset"] = new JsonObject { ["version"] = "2.0" };
        Json["accessors"] = _accessors.DeepClone();
        Json["bufferViews"] = _views.DeepClone();
        Json["buffers"] = new JsonArray(new JsonObject { ["byteLength"] = _bytes.Count, ["uri"] = "data.bin" });

        var manifest = Files.ToDictionary(
            file => file.Key, file => new ReadOnlyMemory<byte>(file.Value), StringComparer.Ordinal);
        manifest["root.gltf"] = Encoding.UTF8.GetBytes(Json.ToJsonString());
        manifest["data.bin"] = _bytes.ToArray();

        return manifest;
    }

    /// <exception cref="SceneFormatException">It is refused.</exception>
    public Scene Read(SceneOptions? options = null) => SceneReader.Read("root.gltf", Manifest(), options);

    /// <exception cref="SceneFormatException">It is refused.</exception>
    public SceneSource Open(SceneOptions options) => SceneReader.Open("root.gltf", Manifest(), options);

    private static JsonArray Bounds(float[] numbers, int lanes, Func<IEnumerable<float>, float> pick) =>
        [.. Enumerable.Range(0, lanes).Select(lane => JsonValue.Create(
            pick(numbers.Where((_, i) => i % lanes == lane))))];
}
