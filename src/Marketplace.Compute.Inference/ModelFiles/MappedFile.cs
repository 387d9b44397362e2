using System.IO.MemoryMappedFiles;

namespace Marketplace.Compute.Inference.ModelFiles;

/// <summary>A file mapped for reading: pages come from the disk when they are first read.</summary>
internal sealed class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private bool _disposed;

    private unsafe MappedFile(MemoryMappedFile map, long length)
    {
        (_map, Length) = (map, length);
        _view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        Start = (nint)(pointer + _view.PointerOffset);
    }

    public long Length { get; }

    /// <summary>Address of the first byte.</summary>
    public nint Start { get; }

    public bool IsOpen => !_disposed;

    /// <summary>Maps a file of at least so many bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytesMin">Bytes of a header, without which it cannot be read.</param>
    /// <param name="what">Name of the format.</param>
    /// <exception cref="ModelFormatException">The file is shorter.</exception>
    /// <exception cref="IOException">It cannot be read at all.</exception>
    public static MappedFile Open(string path, int bytesMin, string what)
    {
        // The opened file's length: a link's own is that of its text.
        var file = File.OpenRead(path);
        var length = file.Length;

        if (length < bytesMin)
        {
            file.Dispose();
            throw new ModelFormatException($"the file has {length} bytes, a {what} header takes {bytesMin}", length);
        }

        var map = MemoryMappedFile.CreateFromFile(
            file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);

        try
        {
            return new(map, length);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

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
