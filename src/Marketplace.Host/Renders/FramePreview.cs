using Marketplace.Api.Renders;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Grains.Abstractions;

namespace Marketplace.Host.Renders;

/// <summary>
/// Moving pictures of finished frames, one at a time: each holds up to a hundred megabytes while it is made.
/// </summary>
internal sealed class FramePreview(IBlobStore blobs) : IFramePreview, IDisposable
{
    private const int WaitingMax = 16;

    private readonly CpuQueue _queue = new(workers: 1, WaitingMax);

    public Task<byte[]> Make(
        IReadOnlyList<string> pictures, int framesPerSecond, CancellationToken cancel = default) =>
        _queue.Run(() => Encode(pictures, TimeSpan.FromSeconds(1.0 / framesPerSecond), cancel), cancel);

    public void Dispose() => _queue.Dispose();

    private async Task<byte[]> Encode(IReadOnlyList<string> pictures, TimeSpan each, CancellationToken cancel)
    {
        using var preview = new AnimatedPicture(pictures.Count, each);

        foreach (var sha256 in pictures)
        {
            cancel.ThrowIfCancellationRequested();

            if (!preview.ShowsNext)
            {
                preview.Skip();
                continue;
            }

            await using var picture = await blobs.OpenRead(sha256, cancel)
                ?? throw new FileNotFoundException($"The picture {sha256} is not there any more.");
            preview.Add(picture);
        }

        using var file = new MemoryStream();
        preview.Write(file);
        return file.ToArray();
    }
}
