using System.Globalization;
using System.IO.MemoryMappedFiles;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>
/// A GGUF v3 file, memory-mapped: header, metadata and tensor places are read and checked at once, the weights stay on
/// disk until they are used. Every size is checked against the file before anything is allocated. Source: ggml,
/// docs/gguf.md.
/// </summary>
public sealed class GgufFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Dictionary<string, object> _metadata;
    private readonly Dictionary<string, GgufTensor> _tensors;
    private readonly nint _base;
    private bool _disposed;

    private unsafe GgufFile(MemoryMappedFile map, long length)
    {
        _map = map;
        _view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _base = (nint)(pointer + _view.PointerOffset);
        Length = length;

        try
        {
            var reader = new GgufReader(_base, length);
            (_metadata, _tensors) = reader.ReadAll();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public long Length { get; }

    public IReadOnlyDictionary<string, object> Metadata => _metadata;

    public IReadOnlyCollection<GgufTensor> Tensors => _tensors.Values;

    /// <exception cref="ModelFormatException">The file is no usable GGUF.</exception>
    /// <exception cref="IOException">It cannot be read at all.</exception>
    public static GgufFile Open(string path)
    {
        var length = new FileInfo(path).Length;

        if (length < GgufReader.HeaderBytes)
        {
            throw new ModelFormatException(
                $"the file has {length} bytes, a GGUF header takes {GgufReader.HeaderBytes}", length);
        }

        var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);

        try
        {
            return new GgufFile(map, length);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <exception cref="ModelFormatException">There is no such tensor.</exception>
    public GgufTensor Tensor(string name) =>
        _tensors.GetValueOrDefault(name) ?? throw new ModelFormatException($"tensor {name} is missing");

    public GgufTensor? FindTensor(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Address of a tensor's first byte; valid until disposal.</summary>
    public nint AddressOf(GgufTensor tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _base + (nint)tensor.Offset;
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

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }
}
