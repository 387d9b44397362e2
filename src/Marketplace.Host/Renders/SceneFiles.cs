using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;

namespace Marketplace.Host.Renders;

/// <summary>A scene's files in memory, by the paths of its manifest.</summary>
internal static class SceneFiles
{
    /// <summary>All files, or why they cannot be had.</summary>
    /// <param name="blobs">Where they are.</param>
    /// <param name="manifest">Which they are.</param>
    /// <param name="bytesMax">Most bytes of all files together.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<(Dictionary<string, ReadOnlyMemory<byte>> Files, string? Why)> Read(
        IBlobStore blobs, SceneManifest manifest, long bytesMax, CancellationToken cancel)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var bytes = manifest.Files.Sum(file => file.Bytes);

        if (bytes > bytesMax)
        {
            return (files, $"the files have {bytes} bytes, allowed are {bytesMax}");
        }

        foreach (var file in manifest.Files)
        {
            await using var stream = await blobs.OpenRead(file.Sha256, cancel);

            if (stream is null)
            {
                return (files, $"'{file.Path}' is not there any more");
            }

            var content = new byte[file.Bytes];
            await stream.ReadExactlyAsync(content, cancel);
            files[file.Path] = content;
        }

        return (files, null);
    }
}
