using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Tests.Safetensors;

/// <summary>A folder of Hugging Face's layout that is gone when the test ends.</summary>
internal sealed class ModelFolder : IDisposable
{
    public ModelFolder() => Directory.CreateDirectory(Location);

    public string Location { get; } = Path.Combine(Path.GetTempPath(), $"marketplace-test-{Guid.NewGuid():N}");

    /// <summary>The shared TinyStories model's files, weights linked rather than copied.</summary>
    public static ModelFolder OfTinyStories(bool withWeights = true)
    {
        var folder = new ModelFolder();
        var source = Path.GetDirectoryName(SharedModels.Find("models/tinystories-656K/model.safetensors"))!;

        foreach (var name in new[] { "config.json", "tokenizer.json", "tokenizer_config.json" })
        {
            File.WriteAllBytes(folder.At(name), File.ReadAllBytes(Path.Combine(source, name)));
        }

        if (withWeights)
        {
            File.CreateSymbolicLink(folder.At("model.safetensors"), Path.Combine(source, "model.safetensors"));
        }

        return folder;
    }

    public string At(string name) => Path.Combine(Location, name);

    public void Change(string name, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(At(name)))!.AsObject();
        change(json);
        File.WriteAllText(At(name), json.ToJsonString());
    }

    /// <summary>A safetensors file's bytes.</summary>
    public static byte[] Weights(IEnumerable<(string Name, TensorFormat Format, int[] Shape, float[] Values)> tensors)
    {
        var header = new JsonObject();
        var data = new MemoryStream();

        foreach (var (name, format, shape, values) in tensors)
        {
            var stored = new byte[RowFormat.RowBytes(format, values.Length)];
            RowFormat.Encode(format, values, stored);
            header[name] = new JsonObject
            {
                ["dtype"] = format.ToString(),
                ["shape"] = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(data.Length, data.Length + stored.Length),
            };
            data.Write(stored);
        }

        return Joined(header.ToJsonString(), data.ToArray());
    }

    public static byte[] Joined(string header, byte[] data)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        return [.. length, .. text, .. data];
    }

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
