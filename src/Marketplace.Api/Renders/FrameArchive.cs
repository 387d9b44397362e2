using System.IO.Compression;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>The finished frames of a render as one zip file, written as it is read: nothing of it is kept.</summary>
internal static class FrameArchive
{
    public const string ContentType = "application/zip";

    private const int BufferBytes = 64 << 10;

    // Its name twice and the records about it in the directory at the end.
    private const int DirectoryBytesPerFile = 256;

    private const int FilesPerFrame = 4;

    /// <summary>
    /// The frames in the order of their numbers, stored as they are: PNG and EXR are compressed already.
    /// </summary>
    /// <exception cref="FileNotFoundException">A picture is gone; the download ends in the middle.</exception>
    public static async Task Write(
        IReadOnlyList<FrameView> frames, IBlobStore blobs, Stream output, CancellationToken cancel)
    {
        // The archive writes what follows an entry, and its directory, synchronously, which a response refuses: both go
        // into a buffer that has room for them and is emptied asynchronously. Not disposed, as the output is not ours.
        var buffer = new BufferedStream(output, BufferBytes + (DirectoryBytesPerFile * FilesPerFrame * frames.Count));

        await using (var zip = await ZipArchive.CreateAsync(
            buffer, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel))
        {
            foreach (var frame in frames)
            {
                foreach (var (name, sha256) in FilesOf(frame))
                {
                    await Add(zip, name, sha256, blobs, buffer, cancel);
                }
            }
        }

        await buffer.FlushAsync(cancel);
    }

    private static async Task Add(
        ZipArchive zip,
        string name,
        string sha256,
        IBlobStore blobs,
        BufferedStream buffer,
        CancellationToken cancel)
    {
        await using var picture = await blobs.OpenRead(sha256, cancel)
            ?? throw new FileNotFoundException($"{name} is not there any more.");
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);

        await using (var content = await entry.OpenAsync(cancel))
        {
            await picture.CopyToAsync(content, cancel);
            await buffer.FlushAsync(cancel);
        }

        await buffer.FlushAsync(cancel);
    }

    /// <summary>Of a frame without ordered files its PNG; else a folder for each format.</summary>
    private static IEnumerable<(string Name, string Sha256)> FilesOf(FrameView frame)
    {
        var name = FormattableString.Invariant($"frame-{frame.Frame:0000}");

        return frame.Files.Count == 0
            ? [($"{name}.png", frame.ImageSha256!)]
            : frame.Files.Select(file => (
                $"{FrameFiles.WordOf(file.Format)}/{name}.{FrameFiles.EndingOf(file.Format)}", file.Sha256));
    }
}
