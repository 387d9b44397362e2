using Marketplace.Compute.Inference;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;

namespace Marketplace.Host.Inference;

/// <summary>Model files of the blob store for readers that map files.</summary>
internal static class ModelFile
{
    /// <summary>
    /// Reads the model by its file, or by all files where the hash is that of a <see cref="ModelBundle"/>; the default
    /// when it is not there.
    /// </summary>
    /// <exception cref="ModelFormatException">The list is none, or names a file that is not as it says.</exception>
    public static async Task<T?> Read<T>(
        IBlobStore blobs, string sha256, Func<StoredModel, T> read, CancellationToken cancel)
    {
        await using var local = new LocalFiles(blobs);

        if (await local.Find(sha256, cancel) is not { } file)
        {
            return default;
        }

        return read(await BundleOf(file.Path, cancel) is { } bundle
            ? new(null, await Paths(local, bundle, cancel), bundle)
            : new(file.Path));
    }

    private static async Task<ModelBundle?> BundleOf(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        var list = new byte[Math.Min(file.Length, ModelBundle.ListBytesMax + 1)];
        await file.ReadExactlyAsync(list, cancel);

        try
        {
            return ModelBundle.IsHead(list) ? ModelBundle.Read(list) : null;
        }
        catch (FormatException fault)
        {
            throw new ModelFormatException(fault.Message);
        }
    }

    private static async Task<Dictionary<string, string>> Paths(
        LocalFiles local, ModelBundle bundle, CancellationToken cancel)
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);

        foreach (var file in bundle.Files)
        {
            var found = await local.Find(file.Sha256, cancel)
                ?? throw new ModelFormatException($"{file.Path} is not there: {file.Sha256}");
            paths[file.Path] = found.Bytes == file.Bytes
                ? found.Path
                : throw new ModelFormatException(
                    $"{file.Path} has {found.Bytes} bytes, its list says {file.Bytes}");
        }

        return paths;
    }

    /// <summary>Files of the store held open while they are read; bytes from elsewhere come down first.</summary>
    private sealed class LocalFiles(IBlobStore blobs) : IAsyncDisposable
    {
        private readonly List<FileStream> _open = [];
        private readonly List<string> _copies = [];

        public async Task<(string Path, long Bytes)?> Find(string sha256, CancellationToken cancel)
        {
            switch (await blobs.OpenRead(sha256, cancel))
            {
                case null:
                    return null;
                case FileStream local:
                    _open.Add(local);
                    return (local.Name, local.Length);
                case var other:
                    await using (other)
                    {
                        return await Copy(other, cancel);
                    }
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var file in _open)
            {
                await file.DisposeAsync();
            }

            _copies.ForEach(File.Delete);
        }

        private async Task<(string Path, long Bytes)> Copy(Stream from, CancellationToken cancel)
        {
            var path = Path.GetTempFileName();
            _copies.Add(path);
            await using var copy = File.Create(path);
            await from.CopyToAsync(copy, cancel);
            return (path, copy.Length);
        }
    }
}
