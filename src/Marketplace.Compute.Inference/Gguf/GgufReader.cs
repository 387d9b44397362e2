using System.Runtime.CompilerServices;
using System.Text;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>Reads header, metadata and tensor table of a mapped GGUF, front to back, trusting nothing.</summary>
internal sealed class GgufReader(nint start, long length)
{
    /// <summary>Magic, version, tensor count, metadata count.</summary>
    public const int HeaderBytes = 24;

    private const uint Magic = 0x46554747;
    private const uint Version = 3;
    private const int AlignmentDefault = 32;
    private const int AlignmentMax = 4_096;

    private static readonly string Supported =
        string.Join(", ", Enum.GetValues<TensorFormat>().Select(format => $"{format} ({(int)format})"));

    private long _at;

    public (Dictionary<string, object> Metadata, Dictionary<string, StoredTensor> Tensors) ReadAll()
    {
        Expect(Take<uint>() == Magic, "the file does not begin with GGUF", 0);
        var version = Take<uint>();
        Expect(version == Version, $"GGUF version {version} is not supported, only {Version}", 4);
        var tensors = Count("tensors", ModelLimits.TensorsMax);
        var entries = Count("metadata entries", ModelLimits.MetadataEntriesMax);
        var metadata = new Dictionary<string, object>(StringComparer.Ordinal);

        for (var entry = 0; entry < entries; entry++)
        {
            var at = _at;
            var key = TakeText(ModelLimits.NameBytesMax);
            var value = TakeValue(Take<uint>());
            Expect(metadata.TryAdd(key, value), $"metadata {key} stands twice", at);
        }

        return (metadata, TakeTensors(tensors, Alignment(metadata)));
    }

    private static int Alignment(Dictionary<string, object> metadata) =>
        metadata.GetValueOrDefault("general.alignment") switch
        {
            null => AlignmentDefault,
            uint asked when asked is >= 8 and <= AlignmentMax && uint.IsPow2(asked) => (int)asked,
            var other => throw new ModelFormatException(
                $"metadata general.alignment is {other}, allowed are powers of two from 8 to {AlignmentMax}"),
        };

    private static void Expect(bool holds, string offence, long at)
    {
        if (!holds)
        {
            throw new ModelFormatException(offence, at);
        }
    }

    private Dictionary<string, StoredTensor> TakeTensors(int count, int alignment)
    {
        var found = new List<(StoredTensor Tensor, long At)>(Math.Min(count, 4_096));

        for (var tensor = 0; tensor < count; tensor++)
        {
            var at = _at;
            found.Add((TakeTensor(), at));
        }

        var data = (_at + alignment - 1) / alignment * alignment;
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);

        foreach (var (tensor, at) in found)
        {
            Expect(tensor.Offset % alignment == 0, $"tensor {tensor.Name} is not aligned to {alignment}", at);
            Expect(
                tensor.Offset <= length - data && tensor.Bytes <= length - data - tensor.Offset,
                $"tensor {tensor.Name} takes {tensor.Bytes} bytes from {tensor.Offset}, the file has "
                    + $"{Math.Max(0, length - data)} of data",
                at);
            Expect(
                tensors.TryAdd(
                    tensor.Name,
                    tensor with
                    {
                        Offset = data + tensor.Offset,
                        Address = start + (nint)(data + tensor.Offset),
                    }),
                $"tensor {tensor.Name} stands twice",
                at);
        }

        return tensors;
    }

    private StoredTensor TakeTensor()
    {
        var at = _at;
        var name = TakeText(ModelLimits.NameBytesMax);
        var rank = Take<uint>();
        Expect(rank is 1 or 2, $"tensor {name} has {rank} dimensions, allowed are 1 and 2", at);
        var columns = Dimension(name);
        var rows = rank == 2 ? Dimension(name) : 1;
        var type = Take<uint>();
        var format = (TensorFormat)type;
        Expect(Enum.IsDefined(format), $"tensor {name} is stored as type {type}, supported are {Supported}", at);
        var block = RowFormat.BlockElements(format);
        Expect(columns % block == 0, $"tensor {name} has rows of {columns}, {format} needs a multiple of {block}", at);
        var offset = Take<ulong>();
        Expect(offset <= (ulong)length, $"tensor {name} begins at {offset}, behind the end of the file", at);
        return new(
            name, format, columns, rows, (long)offset, RowFormat.RowBytes(format, columns) * rows, Address: 0);
    }

    private long Dimension(string name)
    {
        var at = _at;
        var size = Take<ulong>();
        Expect(
                size is > 0 and <= ModelLimits.VocabularyMax,
                $"tensor {name} has a dimension of {size}, allowed are 1 to {ModelLimits.VocabularyMax}",
                at);
        return (long)size;
    }

    private object TakeValue(uint type)
    {
        var at = _at;
        return type switch
        {
            0 => Take<byte>(),
            1 => Take<sbyte>(),
            2 => Take<ushort>(),
            3 => Take<short>(),
            4 => Take<uint>(),
            5 => Take<int>(),
            6 => Take<float>(),
            7 => Take<byte>() != 0,
            8 => TakeText(ModelLimits.StringBytesMax),
            9 => TakeArray(depth: 1),
            10 => Take<ulong>(),
            11 => Take<long>(),
            12 => Take<double>(),
            _ => throw new ModelFormatException($"metadata type {type} is unknown", at),
        };
    }

    private object TakeArray(int depth)
    {
        var at = _at;
        Expect(depth <= ModelLimits.ArrayDepthMax, "arrays are nested too deeply", at);
        var type = Take<uint>();
        var count = Count("array elements", ModelLimits.ArrayElementsMax);

        // Every element takes a byte at least, so the count is bounded by the file before anything is allocated.
        Expect(count <= length - _at, $"an array of {count} elements does not fit into the rest of the file", at);
        return type switch
        {
            0 or 7 => TakeMany<byte>(count),
            1 => TakeMany<sbyte>(count),
            2 => TakeMany<ushort>(count),
            3 => TakeMany<short>(count),
            4 => TakeMany<uint>(count),
            5 => TakeMany<int>(count),
            6 => TakeMany<float>(count),
            8 => TakeTexts(count),
            9 => TakeArrays(count, depth),
            10 => TakeMany<ulong>(count),
            11 => TakeMany<long>(count),
            12 => TakeMany<double>(count),
            _ => throw new ModelFormatException($"metadata type {type} is unknown", at),
        };
    }

    private object[] TakeArrays(int count, int depth)
    {
        var arrays = new List<object>();

        for (var at = 0; at < count; at++)
        {
            arrays.Add(TakeArray(depth + 1));
        }

        return [.. arrays];
    }

    private string[] TakeTexts(int count)
    {
        var texts = new List<string>();

        for (var at = 0; at < count; at++)
        {
            texts.Add(TakeText(ModelLimits.StringBytesMax));
        }

        return [.. texts];
    }

    private unsafe T[] TakeMany<T>(int count)
        where T : unmanaged
    {
        var bytes = (long)count * sizeof(T);
        Expect(bytes <= length - _at, $"an array of {count} elements does not fit into the rest of the file", _at);
        var values = new ReadOnlySpan<T>((void*)(start + (nint)_at), count).ToArray();
        _at += bytes;
        return values;
    }

    private int Count(string what, int max)
    {
        var at = _at;
        var count = Take<ulong>();
        Expect(count <= (ulong)max, $"{count} {what}, allowed are {max}", at);
        return (int)count;
    }

    private unsafe string TakeText(int bytesMax)
    {
        var at = _at;
        var bytes = Take<ulong>();
        Expect(bytes <= (ulong)bytesMax, $"a string of {bytes} bytes, allowed are {bytesMax}", at);
        Expect((long)bytes <= length - _at, $"a string of {bytes} bytes runs over the end of the file", at);
        var text = Encoding.UTF8.GetString((byte*)(start + (nint)_at), (int)bytes);
        _at += (long)bytes;
        return text;
    }

    private unsafe T Take<T>()
        where T : unmanaged
    {
        Expect(_at <= length - sizeof(T), "the file ends in the middle of a value", _at);
        var value = Unsafe.ReadUnaligned<T>((void*)(start + (nint)_at));
        _at += sizeof(T);
        return value;
    }
}
