using System.Security.Cryptography;
using System.Text;
using Marketplace.Api.Renders;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Host.Renders;

/// <summary>
/// Small pictures of frames, one at a time: a whole picture takes hundreds of megabytes while it is made small. A
/// bounded number waits, of one account only a few. The newest files are kept for those who ask again.
/// </summary>
internal sealed class FrameStills(IBlobStore blobs, TimeProvider clock) : IFrameStills, IDisposable
{
    /// <summary>Bytes of the files that are kept.</summary>
    internal const long KeptBytesMax = 32L << 20;

    /// <summary>
    /// Units that a preview of a frame under way is made of: the first samples of every tile come first.
    /// </summary>
    internal const int UnitsMax = 1_024;

    /// <summary>Pictures of one account that are made or wait.</summary>
    internal const int PerAccountMax = 4;

    private const int WaitingMax = 64;

    /// <summary>For so long a preview of a frame under way stands, whatever has come in since.</summary>
    internal static readonly TimeSpan PartialFor = TimeSpan.FromSeconds(5);

    private readonly CpuQueue _queue = new(workers: 1, WaitingMax);
    private readonly LinkedList<Still> _kept = [];
    private readonly PerAccount _accounts = new(PerAccountMax);
    private readonly Lock _gate = new();
    private long _keptBytes;

    public Task<byte[]?> Thumbnail(
        AccountId account, string sha256, bool isMarked, CancellationToken cancel = default) => Find(
        account,
        new($"thumbnail:{isMarked}:{sha256}", null),
        () => Read(sha256, isMarked, StillPicture.Thumbnail, cancel),
        cancel);

    public Task<byte[]?> Preview(
        AccountId account, string sha256, bool isMarked, CancellationToken cancel = default) => Find(
        account,
        new($"preview:{isMarked}:{sha256}", null),
        () => Read(sha256, isMarked, StillPicture.Preview, cancel),
        cancel);

    public Task<byte[]?> Partial(
        AccountId account,
        RenderId render,
        RenderOrder order,
        int frame,
        IReadOnlyList<UnitFile> units,
        CancellationToken cancel = default) => Find(
        account,
        new($"partial:{NameOf(units)}", $"{render}:{frame}"),
        () => Join(order, units, cancel),
        cancel);

    public void Dispose() => _queue.Dispose();

    private static string NameOf(IReadOnlyList<UnitFile> units) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(units.Select(unit => unit.Sha256)))));

    private async Task<byte[]?> Find(
        AccountId account, StillName name, Func<Task<byte[]>> make, CancellationToken cancel)
    {
        if (Kept(name) is { } known)
        {
            return known;
        }

        if (!_accounts.Enter(account))
        {
            return null;
        }

        try
        {
            return await _queue.Run(
                async () =>
                {
                    // Another caller may have made it while this one waited.
                    if (Kept(name) is { } there)
                    {
                        return there;
                    }

                    var file = await make();
                    Keep(name, file);
                    return file;
                },
                cancel);
        }
        finally
        {
            _accounts.Leave(account);
        }
    }

    private byte[]? Kept(StillName name)
    {
        lock (_gate)
        {
            return _kept.FirstOrDefault(kept => kept.Name.Content == name.Content
                || (name.Frame is { } frame && kept.Name.Frame == frame
                    && clock.GetElapsedTime(kept.At) < PartialFor))?.File;
        }
    }

    private void Keep(StillName name, byte[] file)
    {
        lock (_gate)
        {
            _kept.AddFirst(new Still(name, file, clock.GetTimestamp()));
            _keptBytes += file.Length;

            while (_keptBytes > KeptBytesMax && _kept.Last is { } oldest)
            {
                _keptBytes -= oldest.Value.File.Length;
                _kept.RemoveLast();
            }
        }
    }

    private async Task<byte[]> Read(
        string sha256, bool isMarked, Func<Stream, bool, byte[]> scale, CancellationToken cancel)
    {
        await using var picture = await blobs.OpenRead(sha256, cancel)
            ?? throw new FileNotFoundException($"The picture {sha256} is not there any more.");

        return scale(picture, isMarked);
    }

    /// <summary>Sums that cannot be read are left out: they are judged when the picture is put together.</summary>
    private async Task<byte[]> Join(RenderOrder order, IReadOnlyList<UnitFile> units, CancellationToken cancel)
    {
        var film = new PreviewFilm(order.Width, order.Height, StillPicture.PreviewEdge);

        foreach (var unit in units.OrderBy(unit => unit.Unit.FirstSample).Take(UnitsMax))
        {
            cancel.ThrowIfCancellationRequested();

            if (await Sums(order, unit, cancel) is { } sums)
            {
                film.Add(sums);
            }
        }

        return film.ToPng(FrameOutputs.ToneMapOf(order));
    }

    private async Task<TileSums?> Sums(RenderOrder order, UnitFile unit, CancellationToken cancel)
    {
        try
        {
            return await UnitFiles.Read(blobs, unit.Sha256, unit.Bytes, cancel) is { } bytes
                ? UnitFiles.Parse(order, unit.Unit, bytes)
                : null;
        }
        catch (TileSumsException)
        {
            return null;
        }
    }

    /// <param name="Content">What it follows from.</param>
    /// <param name="Frame">Which frame under way it shows, or null.</param>
    private sealed record StillName(string Content, string? Frame);

    private sealed record Still(StillName Name, byte[] File, long At);
}
