using System.Buffers.Binary;
using System.Text.Json;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Safetensors;

/// <summary>
/// One mapped <c>.safetensors</c>: a length of 8 bytes, a JSON header with every tensor's place, then the bytes.
/// Source: huggingface/safetensors, README, Format.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    /// <summary>Largest header; the reference reader's limit is 100 MB.</summary>
    public const int HeaderBytesMax = 64 * 1024 * 1024;

    private const int LengthBytes = 8;
    private const string Metadata = "__metadata__";

    private readonly MappedFile _file;

    private SafetensorsFile(MappedFile file)
    {
        _file = file;
        var length = HeaderLength();
        Tensors = Read(JsonFile.Parse("the header", Span(LengthBytes, length)).Root, LengthBytes + length);
    }

    /// <summary>By the file's own names.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <param name="path">Where it lies.</param>
    /// <param name="name">What its model calls it.</param>
    /// <exception cref="ModelFormatException">The file is no usable safetensors; names it.</exception>
    public static SafetensorsFile Open(string path, string name)
    {
        try
        {
            return Open(path);
        }
        catch (ModelFormatException fault)
        {
            throw fault.In(name);
        }
    }

    /// <exception cref="ModelFormatException">The file is no usable safetensors.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = MappedFile.Open(path, LengthBytes, "safetensors");

        try
        {
            return new(file);
        }
        catch (Exception fault)
        {
            file.Dispose();

            // JsonElement's own answers to a value of another kind than was asked for.
            if (fault is InvalidOperationException or FormatException)
            {
                throw new ModelFormatException($"the header cannot be read: {fault.Message}", LengthBytes);
            }

            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private int HeaderLength()
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(Span(0, LengthBytes));

        return length <= HeaderBytesMax && (long)length <= _file.Length - LengthBytes
            ? (int)length
            : throw new ModelFormatException(
                $"a header of {length} bytes, allowed are {Math.Min(HeaderBytesMax, _file.Length - LengthBytes)}", 0);
    }

    private Dictionary<string, StoredTensor> Read(JsonElement header, int data)
    {
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);

        foreach (var entry in header.EnumerateObject().Where(entry => entry.Name != Metadata))
        {
            if (tensors.Count >= ModelLimits.TensorsMax)
            {
                throw new ModelFormatException($"more than {ModelLimits.TensorsMax} tensors", LengthBytes);
            }

            if (entry.Name.Length > ModelLimits.NameBytesMax)
            {
                throw new ModelFormatException(
                    $"a tensor's name has {entry.Name.Length} characters, allowed are {ModelLimits.NameBytesMax}",
                    LengthBytes);
            }

            if (!tensors.TryAdd(entry.Name, Place(entry.Name, entry.Value, data)))
            {
                throw new ModelFormatException($"tensor {entry.Name} stands twice", LengthBytes);
            }
        }

        RefuseOverlap(tensors.Values);
        return tensors;
    }

    private StoredTensor Place(string name, JsonElement entry, int data)
    {
        var format = Property(name, entry, "dtype", JsonValueKind.String).GetString() switch
        {
            "F32" => TensorFormat.F32,
            "F16" => TensorFormat.F16,
            "BF16" => TensorFormat.BF16,
            var other => throw new ModelFormatException(
                $"tensor {name} is stored as {other}, supported are F32, F16 and BF16", LengthBytes),
        };
        var shape = Numbers(name, entry, "shape");
        var offsets = Numbers(name, entry, "data_offsets");

        if (shape.Length is not (1 or 2) || shape.Any(size => size is < 1 or > ModelLimits.VocabularyMax))
        {
            throw new ModelFormatException(
                $"tensor {name} has the shape [{string.Join(", ", shape)}], allowed are one or two dimensions of 1 to "
                    + $"{ModelLimits.VocabularyMax}",
                LengthBytes);
        }

        var (columns, rows) = (shape[^1], shape.Length == 2 ? shape[0] : 1);
        var bytes = RowFormat.RowBytes(format, columns) * rows;
        var room = _file.Length - data;

        if (offsets is not [var begin, var end] || begin < 0 || end > room || begin > end || end - begin != bytes)
        {
            throw new ModelFormatException(
                $"tensor {name} of {bytes} bytes has the offsets [{string.Join(", ", offsets)}], the file has {room} "
                    + "bytes of data",
                LengthBytes);
        }

        return new(name, format, columns, rows, data + begin, bytes, _file.Start + data + (nint)begin);
    }

    private static void RefuseOverlap(IEnumerable<StoredTensor> tensors)
    {
        StoredTensor? before = null;

        foreach (var tensor in tensors.OrderBy(tensor => tensor.Offset))
        {
            if (before is not null && tensor.Offset < before.Offset + before.Bytes)
            {
                throw new ModelFormatException($"tensors {before.Name} and {tensor.Name} overlap", tensor.Offset);
            }

            before = tensor;
        }
    }

    private static JsonElement Property(string name, JsonElement entry, string field, JsonValueKind kind) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(field, out var found) && found.ValueKind == kind
            ? found
            : throw new ModelFormatException($"tensor {name} has no {field}, a {kind}", LengthBytes);

    private static long[] Numbers(string name, JsonElement entry, string field)
    {
        const int CountMax = 8;
        var list = Property(name, entry, field, JsonValueKind.Array);

        return list.GetArrayLength() <= CountMax && list.EnumerateArray().All(one => one.TryGetInt64(out _))
            ? [.. list.EnumerateArray().Select(one => one.GetInt64())]
            : throw new ModelFormatException($"tensor {name}: {field} is no short list of whole numbers", LengthBytes);
    }

    private unsafe ReadOnlySpan<byte> Span(int from, int length) => new((byte*)_file.Start + from, length);
}
