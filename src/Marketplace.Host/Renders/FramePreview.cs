using System.Security.Cryptography;
using System.Text;
using Marketplace.Api.Renders;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Grains.Abstractions;

namespace Marketplace.Host.Renders;

/// <summary>
/// Moving pictures of finished frames, one at a time: each holds up to a hundred megabytes while it is made. Viewers of
/// the same pictures wait for one file, which ends when the last of them has gone; the newest few files are kept.
/// </summary>
internal sealed class FramePreview(IBlobStore blobs) : IFramePreview, IDisposable
{
    /// <summary>Files that are kept for viewers who come later.</summary>
    internal const int KeptMax = 4;

    private const int WaitingMax = 16;

    private readonly CpuQueue _queue = new(workers: 1, WaitingMax);
    private readonly Dictionary<string, Making> _makings = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Name, byte[] File)> _kept = [];
    private readonly Lock _gate = new();

    public async Task<byte[]> Make(
        IReadOnlyList<PreviewFrame> pictures, int framesPerSecond, CancellationToken cancel = default)
    {
        var each = TimeSpan.FromSeconds(1.0 / framesPerSecond);
        var name = NameOf(pictures, each);
        Making? making;

        lock (_gate)
        {
            if (_kept.FirstOrDefault(kept => kept.Name == name).File is { } file)
            {
                return file;
            }

            if (!_makings.TryGetValue(name, out making))
            {
                var stop = new CancellationTokenSource();
                making = new(stop, _queue.Run(() => Encode(pictures, each, stop.Token), stop.Token));
                _makings.Add(name, making);
            }

            making.Viewers++;
        }

        try
        {
            return await making.File.WaitAsync(cancel);
        }
        finally
        {
            await Leave(name, making);
        }
    }

    public void Dispose() => _queue.Dispose();

    private static string NameOf(IReadOnlyList<PreviewFrame> pictures, TimeSpan each)
    {
        var shown = string.Concat(pictures.Select(picture => $"{picture.Sha256}/{picture.IsMarked}"));
        var all = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{each.Ticks}:{shown}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(all)));
    }

    /// <summary>After the last viewer a file is one of those kept, and an unfinished one is given up.</summary>
    private async Task Leave(string name, Making making)
    {
        lock (_gate)
        {
            if (--making.Viewers > 0)
            {
                return;
            }

            _makings.Remove(name);

            if (making.File.IsCompletedSuccessfully)
            {
                _kept.AddFirst((name, making.File.GetAwaiter().GetResult()));

                while (_kept.Count > KeptMax)
                {
                    _kept.RemoveLast();
                }
            }
        }

        await making.Stop.CancelAsync();
    }

    private async Task<byte[]> Encode(IReadOnlyList<PreviewFrame> pictures, TimeSpan each, CancellationToken cancel)
    {
        using var preview = new AnimatedPicture(pictures.Count, each);

        foreach (var (sha256, isMarked) in pictures)
        {
            cancel.ThrowIfCancellationRequested();

            if (!preview.ShowsNext)
            {
                preview.Skip();
                continue;
            }

            await using var picture = await blobs.OpenRead(sha256, cancel)
                ?? throw new FileNotFoundException($"The picture {sha256} is not there any more.");
            preview.Add(picture, isMarked);
        }

        using var file = new MemoryStream();
        preview.Write(file);
        return file.ToArray();
    }

    /// <summary>A file in the making, and how many wait for it.</summary>
    private sealed class Making(CancellationTokenSource stop, Task<byte[]> file)
    {
        public CancellationTokenSource Stop { get; } = stop;

        public Task<byte[]> File { get; } = file;

        public int Viewers { get; set; }
    }
}
