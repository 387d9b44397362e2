using Marketplace.Compute.Rendering.Film;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Renders;

namespace Marketplace.Host.Renders;

/// <summary>
/// Makes the files of a frame that were ordered besides the usual picture, of the sums of its units. The same units end
/// in the same bytes.
/// </summary>
internal sealed class FrameOutputs(IBlobStore blobs, FirstHitPass firstHits)
{
    private const long FileBytesMax = 1L << 31;

    /// <summary>The tone map of the renderer for that of the order.</summary>
    public static ToneMap ToneMapOf(RenderOrder order) => order.Settings?.ToneMap switch
    {
        null or ToneMapping.PbrNeutral => ToneMap.PbrNeutral,
        ToneMapping.Srgb => ToneMap.Srgb,
        ToneMapping.Agx => ToneMap.AgX,
        ToneMapping.Aces => ToneMap.Aces,
        var other => throw new ArgumentOutOfRangeException(nameof(order), other, "is no tone map."),
    };

    /// <summary>Whether the units are all that the frame needs: every tile whole, from its first sample on.</summary>
    public static bool AreWhole(RenderOrder order, IReadOnlyList<UnitSums> units)
    {
        var tiles = units.Select(unit => unit.Unit).GroupBy(unit => (unit.X, unit.Y)).ToArray();
        var pixels = tiles.Sum(tile => (long)tile.First().Width * tile.First().Height);

        return pixels == (long)order.Width * order.Height && Array.TrueForAll(
            tiles, tile => tile.OrderBy(unit => unit.FirstSample).Aggregate(
                0, (next, unit) => unit.FirstSample == next ? next + unit.Samples : -1) is var end
                && (end == order.Samples || (order.Settings?.NoiseTarget is not null && end > 0)));
    }

    /// <summary>Every file that was ordered.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="film">Its sums.</param>
    /// <param name="png8">The usual picture, which is there already.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="IOException">A file is too large.</exception>
    public async Task<IReadOnlyList<FrameFile>> Make(
        FrameOrder frame, FrameFilm film, FrameFile png8, CancellationToken cancel)
    {
        var settings = frame.Order.Settings;
        var files = new List<FrameFile>();
        IReadOnlyList<ExrChannel>? layers = null;

        foreach (var format in settings?.Outputs ?? [])
        {
            if (format == FrameFormat.Png8)
            {
                files.Add(png8);
                continue;
            }

            if (format is FrameFormat.Exr16 or FrameFormat.Exr32)
            {
                layers ??= await Layers(frame, settings!.Aovs, cancel);
            }

            files.Add(await Store(format, frame.Order, film, layers ?? [], cancel));
        }

        return files;
    }

    private async Task<FrameFile> Store(
        FrameFormat format,
        RenderOrder order,
        FrameFilm film,
        IReadOnlyList<ExrChannel> layers,
        CancellationToken cancel)
    {
        using var bytes = new MemoryStream();

        if (format == FrameFormat.Png16)
        {
            film.ToPng16(ToneMapOf(order), bytes);
        }
        else
        {
            film.ToExr(format == FrameFormat.Exr16 ? ExrPrecision.Half : ExrPrecision.Float, bytes, layers);
        }

        bytes.Position = 0;

        return await blobs.Put(bytes, sha256: null, FileBytesMax, cancel) is PutBlobOutcome.Stored stored
            ? new(format, stored.Sha256, bytes.Length)
            : throw new IOException($"the {format} has more than {FileBytesMax} bytes");
    }

    /// <summary>Only what was ordered, under the names that other programs expect.</summary>
    private async Task<IReadOnlyList<ExrChannel>> Layers(
        FrameOrder frame, IReadOnlyList<FrameAov> aovs, CancellationToken cancel)
    {
        var film = new AovFilm(frame.Order.Width, frame.Order.Height);

        if (aovs.Any(aov => aov is not (FrameAov.Variance or FrameAov.SampleCount)))
        {
            await firstHits.Trace(frame.Order, frame.Frame, film, cancel);
        }

        if (aovs.Any(aov => aov is FrameAov.Variance or FrameAov.SampleCount))
        {
            await Spread(frame, film, cancel);
        }

        return [.. film.Channels.Where(channel => aovs.Any(aov => Holds(aov, channel.Name)))];
    }

    private async Task Spread(FrameOrder frame, AovFilm film, CancellationToken cancel)
    {
        foreach (var units in frame.Units.GroupBy(unit => (unit.Unit.X, unit.Unit.Y)))
        {
            var first = units.First().Unit;
            var spread = new TileSpread(new(first.X, first.Y, first.Width, first.Height));

            foreach (var unit in units.OrderBy(unit => unit.Unit.FirstSample))
            {
                var bytes = await UnitFiles.Read(blobs, unit.Sha256, unit.Bytes, cancel)
                    ?? throw new FileNotFoundException($"the sums of unit {unit.Unit.Index} are not there any more");
                spread.Add(UnitFiles.Parse(frame.Order, unit.Unit, bytes));
            }

            film.Add(spread);
        }
    }

    private static bool Holds(FrameAov aov, string channel) => aov switch
    {
        FrameAov.Albedo => channel.StartsWith("albedo.", StringComparison.Ordinal),
        FrameAov.Normal => channel.StartsWith("normal.", StringComparison.Ordinal),
        FrameAov.Depth => channel is "Z" or "coverage.A",
        FrameAov.ObjectId => channel == "id.N",
        FrameAov.Variance => channel == "variance.Y",
        FrameAov.SampleCount => channel == "samples.N",
        _ => false,
    };
}
