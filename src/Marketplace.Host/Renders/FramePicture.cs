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
internal sealed class FramePicture(IBlobStore blobs, FrameOutputs? outputs = null)
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
            if (await Add(film, order, unit, cancel) is { } unusable)
            {
                bad.Add(unusable);
            }
        }

        if (bad.Count > 0)
        {
            return new FrameOutcome.BadSums(bad);
        }

        if (!FrameOutputs.AreWhole(order, frame.Units))
        {
            return new FrameOutcome.Fault(
                $"{film.SamplesDone} of {(long)order.Width * order.Height * order.Samples} samples are there");
        }

        using var png = new MemoryStream();
        film.ToPng(FrameOutputs.ToneMapOf(order), png);
        png.Position = 0;

        if (await blobs.Put(png, sha256: null, PictureBytesMax, cancel) is not PutBlobOutcome.Stored stored)
        {
            return new FrameOutcome.Fault($"the picture has more than {PictureBytesMax} bytes");
        }

        var png8 = new FrameFile(FrameFormat.Png8, stored.Sha256, png.Length);

        return new FrameOutcome.Made(stored.Sha256)
        {
            Files = outputs is null ? [] : await outputs.Make(frame, film, png8, cancel),
        };
    }

    /// <summary>Why the unit's sums cannot be used, or null when they were added.</summary>
    private async Task<BadUnit?> Add(
        FrameFilm film, RenderOrder order, UnitSums unit, CancellationToken cancel)
    {
        if (await UnitFiles.Read(blobs, unit.Sha256, unit.Bytes, cancel) is not { } bytes)
        {
            return new(unit.Unit.Index, unit.Sha256, "its sums are not there any more", IsLost: true);
        }

        var why = WhyUnusable(film, order, unit.Unit, bytes);

        return why is null ? null : new(unit.Unit.Index, unit.Sha256, why, IsLost: false);
    }

    private static string? WhyUnusable(FrameFilm film, RenderOrder order, RenderUnit wanted, byte[] bytes)
    {
        try
        {
            var sums = UnitFiles.Parse(order, wanted, bytes);

            return film.Add(sums) is var outcome && outcome == AddOutcome.Added ? null : $"{outcome}";
        }
        catch (TileSumsException fault)
        {
            return fault.Message;
        }
    }
}
