using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>Writes a small glTF 2.0 file with one binary buffer.</summary>
internal sealed class GlbWriter
{
    private const int ArrayBuffer = 34962;
    private const int ElementArrayBuffer = 34963;
    private const int FloatComponent = 5126;
    private const int UintComponent = 5125;
    private const int UshortComponent = 5123;

    private readonly List<byte> _bytes = [];
    private readonly JsonArray _views = [];
    private readonly JsonArray _accessors = [];
    private readonly JsonArray _meshes = [];
    private readonly JsonArray _materials = [];
    private readonly JsonArray _nodes = [];
    private readonly JsonArray _textures = [];
    private readonly JsonArray _images = [];
    private readonly JsonArray _cameras = [];
    private readonly List<JsonObject> _primitives = [];
    private readonly SortedSet<string> _extensions = new(StringComparer.Ordinal);

    /// <summary>Adds a PNG; answers the texture's number.</summary>
    public int AddTexture(byte[] png)
    {
        _images.Add(new JsonObject { ["bufferView"] = View(png, null), ["mimeType"] = "image/png" });
        _textures.Add(new JsonObject { ["source"] = _images.Count - 1 });

        return _textures.Count - 1;
    }

    public int AddMaterial(GlbMaterial material)
    {
        var json = GlbMaterialJson.Of(material);
        _materials.Add(json);

        foreach (var (extension, _) in json["extensions"] as JsonObject ?? [])
        {
            _extensions.Add(extension);
        }

        return _materials.Count - 1;
    }

    /// <summary>Stores a mesh's arrays; nodes may use it with different materials.</summary>
    public int AddMesh(GlbMesh mesh)
    {
        var positions = Accessor(Bytes(mesh.Positions), ArrayBuffer, FloatComponent, mesh.Positions.Count, "VEC3");
        var low = mesh.Positions.Aggregate(Vector3.Min);
        var high = mesh.Positions.Aggregate(Vector3.Max);
        _accessors[positions]!["min"] = Numbers(low.X, low.Y, low.Z);
        _accessors[positions]!["max"] = Numbers(high.X, high.Y, high.Z);
        _primitives.Add(new JsonObject
        {
            ["attributes"] = new JsonObject
            {
                ["POSITION"] = positions,
                ["NORMAL"] = Accessor(Bytes(mesh.Normals), ArrayBuffer, FloatComponent, mesh.Normals.Count, "VEC3"),
                ["TEXCOORD_0"] = Accessor(Bytes(mesh.Uvs), ArrayBuffer, FloatComponent, mesh.Uvs.Count, "VEC2"),
            },
            ["indices"] = IndexAccessor(mesh),
        });

        return _primitives.Count - 1;
    }

    public void AddNode(string name, int mesh, int material, Vector3 place, float scale)
    {
        var primitive = _primitives[mesh].DeepClone();
        primitive["material"] = material;
        _meshes.Add(new JsonObject { ["primitives"] = new JsonArray(primitive) });
        _nodes.Add(new JsonObject
        {
            ["name"] = name,
            ["mesh"] = _meshes.Count - 1,
            ["translation"] = Numbers(place.X, place.Y, place.Z),
            ["scale"] = Numbers(scale, scale, scale),
        });
    }

    /// <summary>Stores several meshes, each with a material, as one that nodes may share; answers its number.</summary>
    public int AddModel(params ReadOnlySpan<(int Mesh, int Material)> parts)
    {
        var primitives = new JsonArray();

        foreach (var (mesh, material) in parts)
        {
            var primitive = _primitives[mesh].DeepClone();
            primitive["material"] = material;
            primitives.Add(primitive);
        }

        _meshes.Add(new JsonObject { ["primitives"] = primitives });

        return _meshes.Count - 1;
    }

    public void AddModelNode(int model, Vector3 place, Quaternion turn, Vector3 scale) => _nodes.Add(new JsonObject
    {
        ["mesh"] = model,
        ["translation"] = Numbers(place.X, place.Y, place.Z),
        ["rotation"] = Numbers(turn.X, turn.Y, turn.Z, turn.W),
        ["scale"] = Numbers(scale.X, scale.Y, scale.Z),
    });

    /// <summary>One node that draws a model many times.</summary>
    public void AddModelCopies(int model, IReadOnlyList<(Vector3 Place, Quaternion Turn, Vector3 Scale)> copies)
    {
        const string extension = "EXT_mesh_gpu_instancing";
        _extensions.Add(extension);
        _nodes.Add(new JsonObject
        {
            ["mesh"] = model,
            ["extensions"] = new JsonObject
            {
                [extension] = new JsonObject
                {
                    ["attributes"] = new JsonObject
                    {
                        ["TRANSLATION"] = Floats([.. copies.Select(copy => copy.Place)], "VEC3"),
                        ["ROTATION"] = Floats([.. copies.Select(copy => copy.Turn)], "VEC4"),
                        ["SCALE"] = Floats([.. copies.Select(copy => copy.Scale)], "VEC3"),
                    },
                },
            },
        });
    }

    public void AddCamera(Vector3 position, Vector3 target, float verticalFovDegrees)
    {
        Matrix4x4.Invert(Matrix4x4.CreateLookAt(position, target, Vector3.UnitY), out var world);
        var turn = Quaternion.CreateFromRotationMatrix(world);
        _cameras.Add(new JsonObject
        {
            ["type"] = "perspective",
            ["name"] = "camera",
            ["perspective"] = new JsonObject { ["yfov"] = verticalFovDegrees * MathF.PI / 180f, ["znear"] = 0.01f },
        });
        _nodes.Add(new JsonObject
        {
            ["camera"] = _cameras.Count - 1,
            ["translation"] = Numbers(position.X, position.Y, position.Z),
            ["rotation"] = Numbers(turn.X, turn.Y, turn.Z, turn.W),
        });
    }

    public byte[] ToBytes()
    {
        var binary = Padded(_bytes.ToArray(), 0);
        var document = Document(binary.Length);

        // glTF knows no empty lists.
        foreach (var (name, _) in document.Where(part => part.Value is JsonArray { Count: 0 }).ToArray())
        {
            document.Remove(name);
        }

        var json = Padded(Encoding.UTF8.GetBytes(document.ToJsonString()), (byte)' ');
        var file = new byte[12 + 8 + json.Length + 8 + binary.Length];
        WriteWords(file, 0, 0x46546C67, 2, (uint)file.Length, (uint)json.Length, 0x4E4F534A);
        json.CopyTo(file, 20);
        WriteWords(file, 20 + json.Length, (uint)binary.Length, 0x004E4942);
        binary.CopyTo(file, 28 + json.Length);

        return file;
    }

    private static void WriteWords(byte[] file, int at, params ReadOnlySpan<uint> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at + (i * 4)), words[i]);
        }
    }

    private static byte[] Padded(byte[] bytes, byte with)
    {
        var padded = new byte[(bytes.Length + 3) / 4 * 4];
        padded.AsSpan().Fill(with);
        bytes.CopyTo(padded, 0);

        return padded;
    }

    private static JsonArray Numbers(params ReadOnlySpan<float> numbers)
    {
        var array = new JsonArray();

        foreach (var number in numbers)
        {
            array.Add(JsonValue.Create(number));
        }

        return array;
    }

    private static byte[] Bytes<T>(List<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)).ToArray();

    private JsonObject Document(int bytes) => new()
    {
        ["asset"] = new JsonObject { ["version"] = "2.0" },
        ["extensionsUsed"] = new JsonArray([.. _extensions.Select(name => JsonValue.Create(name))]),
        ["scene"] = 0,
        ["scenes"] = new JsonArray(new JsonObject
        {
            ["nodes"] = new JsonArray([.. Enumerable.Range(0, _nodes.Count).Select(i => JsonValue.Create(i))]),
        }),
        ["nodes"] = _nodes,
        ["meshes"] = _meshes,
        ["materials"] = _materials,
        ["textures"] = _textures,
        ["images"] = _images,
        ["cameras"] = _cameras,
        ["accessors"] = _accessors,
        ["bufferViews"] = _views,
        ["buffers"] = new JsonArray(new JsonObject { ["byteLength"] = bytes }),
    };

    private int IndexAccessor(GlbMesh mesh) => mesh.Positions.Count <= ushort.MaxValue
        ? Accessor(
            Bytes(mesh.Indices.ConvertAll(index => (ushort)index)),
            ElementArrayBuffer,
            UshortComponent,
            mesh.Indices.Count,
            "SCALAR")
        : Accessor(Bytes(mesh.Indices), ElementArrayBuffer, UintComponent, mesh.Indices.Count, "SCALAR");

    private int Floats<T>(List<T> values, string type)
        where T : unmanaged => Accessor(Bytes(values), null, FloatComponent, values.Count, type);

    private int Accessor(byte[] bytes, int? target, int component, int count, string type)
    {
        _accessors.Add(new JsonObject
        {
            ["bufferView"] = View(bytes, target),
            ["componentType"] = component,
            ["count"] = count,
            ["type"] = type,
        });

        return _accessors.Count - 1;
    }

    private int View(byte[] bytes, int? target)
    {
        var view = new JsonObject { ["buffer"] = 0, ["byteOffset"] = _bytes.Count, ["byteLength"] = bytes.Length };

        if (target is { } use)
        {
            view["target"] = use;
        }

        _bytes.AddRange(Padded(bytes, 0));
        _views.Add(view);

        return _views.Count - 1;
    }
}
