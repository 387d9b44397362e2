using System.Globalization;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>
/// A GGUF v3 file, memory-mapped: header, metadata and tensor places are read and checked at once, the weights stay on
/// disk until they are used. Every size is checked against the file before anything is allocated. Source: ggml,
/// docs/gguf.md.
/// </summary>
public sealed class GgufFile : IDisposable
{
    /// <summary>Key of the chat template.</summary>
    public const string ChatTemplateKey = "tokenizer.chat_template";

    /// <summary>Key of the chat template for conversations with tools.</summary>
    public const string ToolTemplateKey = ChatTemplateKey + ".tool_use";

    private readonly MappedFile _file;
    private readonly Dictionary<string, object> _metadata;
    private readonly Dictionary<string, StoredTensor> _tensors;

    private GgufFile(MappedFile file)
    {
        _file = file;
        (_metadata, _tensors) = new GgufReader(file.Start, file.Length).ReadAll();
    }

    public long Length => _file.Length;

    public IReadOnlyDictionary<string, object> Metadata => _metadata;

    public IReadOnlyCollection<StoredTensor> Tensors => _tensors.Values;

    /// <exception cref="ModelFormatException">The file is no usable GGUF.</exception>
    /// <exception cref="IOException">It cannot be read at all.</exception>
    public static GgufFile Open(string path)
    {
        var file = MappedFile.Open(path, GgufReader.HeaderBytes, "GGUF");

        try
        {
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file begins as a GGUF does.</summary>
    public static bool IsGguf(string path)
    {
        using var file = File.OpenRead(path);
        var magic = new byte[4];
        return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length
            && magic.AsSpan().SequenceEqual("GGUF"u8);
    }

    /// <exception cref="ModelFormatException">There is no such tensor.</exception>
    public StoredTensor Tensor(string name) =>
        _tensors.GetValueOrDefault(name) ?? throw new ModelFormatException($"tensor {name} is missing");

    public StoredTensor? FindTensor(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Address of a tensor's first byte; valid until disposal.</summary>
    public nint AddressOf(StoredTensor tensor)
    {
        ObjectDisposedException.ThrowIf(!_file.IsOpen, this);
        return tensor.Address;
    }

    public string Text(string key) =>
        _metadata.GetValueOrDefault(key) as string ?? throw new ModelFormatException(
            $"metadata {key} is missing or no string");

    public string? FindText(string key) => _metadata.GetValueOrDefault(key) as string;

    /// <summary>A whole number within bounds.</summary>
    public int Number(string key, int min, int max, int? fallback = null)
    {
        if (!_metadata.TryGetValue(key, out var value))
        {
            return fallback ?? throw new ModelFormatException($"metadata {key} is missing");
        }

        var number = value switch
        {
            byte or sbyte or short or ushort or int or uint or long =>
                Convert.ToInt64(value, CultureInfo.InvariantCulture),
            ulong big when big <= long.MaxValue => (long)big,
            _ => throw new ModelFormatException($"metadata {key} is no whole number"),
        };

        return number >= min && number <= max
            ? (int)number
            : throw new ModelFormatException($"metadata {key} is {number}, allowed are {min} to {max}");
    }

    /// <summary>A finite number within bounds.</summary>
    public float Real(string key, float min, float max, float fallback)
    {
        if (!_metadata.TryGetValue(key, out var value))
        {
            return fallback;
        }

        var number = value switch
        {
            float single => single,
            double wide => (float)wide,
            _ => throw new ModelFormatException($"metadata {key} is no floating-point number"),
        };

        return number >= min && number <= max
            ? number
            : throw new ModelFormatException($"metadata {key} is {number}, allowed are {min} to {max}");
    }

    public bool Flag(string key, bool fallback) => _metadata.GetValueOrDefault(key) as bool? ?? fallback;

    public T[]? FindArray<T>(string key) => _metadata.GetValueOrDefault(key) as T[];

    public void Dispose() => _file.Dispose();
}
