using Marketplace.Grains.Abstractions;

namespace Marketplace.Host.Inference;

/// <summary>Model files of the blob store for readers that map files.</summary>
internal static class ModelFile
{
    /// <summary>Reads the file by its path; the default when it is not there.</summary>
    public static async Task<T?> Read<T>(
        IBlobStore blobs, string sha256, Func<string, T> read, CancellationToken cancel)
    {
        await using var file = await blobs.OpenRead(sha256, cancel);

        switch (file)
        {
            case null:
                return default;
            case FileStream local:
                return read(local.Name);
        }

        // Bytes from elsewhere come down first.
        var path = Path.GetTempFileName();

        try
        {
            await using (var copy = File.Create(path))
            {
                await file.CopyToAsync(copy, cancel);
            }

            return read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
