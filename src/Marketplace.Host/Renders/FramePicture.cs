using Marketplace.Compute.Rendering.Film;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Renders;

namespace Marketplace.Host.Renders;

/// <summary>
/// Makes a frame's picture of the sums of its units, added in the order of the plan, so that the same units end in the
/// same picture, bit for bit. The picture goes into the blob store.
/// </summary>
internal sealed class FramePicture(IBlobStore blobs)
{
    private const long PictureBytesMax = 1L << 30;

    /// <summary>The picture, or every unit that cannot be used. What else goes wrong is thrown.</summary>
    public async Task<FrameOutcome> Make(FrameOrder frame, CancellationToken cancel)
    {
        var order = frame.Order;
        var film = new FrameFilm(order.Width, order.Height, order.Samples, frame.Frame, order.Seed);
        var bad = new List<BadUnit>();

        foreach (var unit in frame.Units)
        {
            if (await Add(film, unit, cancel) is { } unusable)
            {
                bad.Add(unusable);
            }
        }

        if (bad.Count > 0)
        {
            return new FrameOutcome.BadSums(bad);
        }

        if (!film.IsComplete)
        {
            return new FrameOutcome.Fault(
                $"{film.SamplesDone} of {(long)order.Width * order.Height * order.Samples} samples are there");
        }

        using var png = new MemoryStream();
        film.ToPng(ToneMap.PbrNeutral, png);
        png.Position = 0;

        return await blobs.Put(png, sha256: null, PictureBytesMax, cancel) is PutBlobOutcome.Stored stored
            ? new FrameOutcome.Made(stored.Sha256)
            : new FrameOutcome.Fault($"the picture has more than {PictureBytesMax} bytes");
    }

    /// <summary>Why the unit's sums cannot be used, or null when they were added.</summary>
    private async Task<BadUnit?> Add(FrameFilm film, UnitSums unit, CancellationToken cancel)
    {
        if (await Read(unit, cancel) is not { } bytes)
        {
            return new(unit.Unit.Index, unit.Sha256, "its sums are not there any more", IsLost: true);
        }

        var why = WhyUnusable(film, unit.Unit, bytes);

        return why is null ? null : new(unit.Unit.Index, unit.Sha256, why, IsLost: false);
    }

    /// <summary>The sums as they were delivered, or null when they are not there as such any more.</summary>
    private async Task<byte[]?> Read(UnitSums unit, CancellationToken cancel)
    {
        await using var stream = await blobs.OpenRead(unit.Sha256, cancel);

        if (stream is null)
        {
            return null;
        }

        var bytes = new byte[unit.Bytes];

        return await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel) == bytes.Length
            ? bytes
            : null;
    }

    private static string? WhyUnusable(FrameFilm film, RenderUnit wanted, byte[] bytes)
    {
        try
        {
            var sums = TileSums.Parse(bytes);

            if (sums.Tile != new Tile(wanted.X, wanted.Y, wanted.Width, wanted.Height)
                || sums.Samples != new SampleRange(wanted.FirstSample, wanted.Samples))
            {
                return $"the sums are those of {sums.Tile}, {sums.Samples}";
            }

            return film.Add(sums) is var outcome && outcome == AddOutcome.Added ? null : $"{outcome}";
        }
        catch (TileSumsException fault)
        {
            return fault.Message;
        }
    }
}
