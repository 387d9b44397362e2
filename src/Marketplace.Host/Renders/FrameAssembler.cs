using System.Collections.Concurrent;
using System.Threading.Channels;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Renders;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Renders;

/// <summary>
/// Puts frames together on a bounded queue: sums are added in the order of the plan, so that the same units end in the
/// same picture, bit for bit. The picture goes into the blob store and its hash to the render.
/// </summary>
internal sealed partial class FrameAssembler(
    IBlobStore blobs, IGrainFactory grains, IOptions<WebOptions> options, ILogger<FrameAssembler> log)
    : BackgroundService, IFrameAssembler
{
    private const int WaitingMax = 1_000;
    private const long PictureBytesMax = 1L << 30;

    private readonly Channel<FrameOrder> _waiting = Channel.CreateBounded<FrameOrder>(
        new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.Wait });

    private readonly ConcurrentDictionary<(RenderId Render, int Frame), bool> _known = new();

    public Task Assemble(FrameOrder frame, CancellationToken cancel = default)
    {
        if (_known.TryAdd((frame.Render, frame.Frame), true) && !_waiting.Writer.TryWrite(frame))
        {
            // The render asks again when it hears nothing.
            _known.TryRemove((frame.Render, frame.Frame), out _);
            LogFull(frame.Render, frame.Frame);
        }

        return Task.CompletedTask;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Assemblers).Select(
            _ => Task.Run(() => Work(stoppingToken), stoppingToken)));

    private async Task Work(CancellationToken cancel)
    {
        try
        {
            await foreach (var frame in _waiting.Reader.ReadAllAsync(cancel))
            {
                await Answer(frame, cancel);
                _known.TryRemove((frame.Render, frame.Frame), out _);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The host stops; renders ask again.
        }
    }

    private async Task Answer(FrameOrder frame, CancellationToken cancel)
    {
        try
        {
            var (picture, fault) = await Make(frame, cancel);
            await grains.GetGrain<IRenderGrain>(frame.Render.Value).FrameAssembled(frame.Frame, picture, fault, cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogNotAnswered(fault, frame.Render, frame.Frame);
        }
    }

    /// <summary>The picture's hash, or why the sums make none.</summary>
    private async Task<(string? Picture, string? Fault)> Make(FrameOrder frame, CancellationToken cancel)
    {
        var order = frame.Order;
        var film = new FrameFilm(order.Width, order.Height, order.Samples, frame.Frame, order.Seed);

        foreach (var unit in frame.Units)
        {
            if (await Add(film, unit, cancel) is { } fault)
            {
                return (null, $"unit {unit.Unit.Index}: {fault}");
            }
        }

        if (!film.IsComplete)
        {
            return (
                null, $"{film.SamplesDone} of {(long)order.Width * order.Height * order.Samples} samples are there");
        }

        using var png = new MemoryStream();
        film.ToPng(ToneMap.PbrNeutral, png);
        png.Position = 0;

        return await blobs.Put(png, sha256: null, PictureBytesMax, cancel) is PutBlobOutcome.Stored stored
            ? (stored.Sha256, null)
            : (null, "the picture is too large");
    }

    private async Task<string?> Add(FrameFilm film, UnitSums unit, CancellationToken cancel)
    {
        await using var stream = await blobs.OpenRead(unit.Sha256, cancel);

        if (stream is null)
        {
            return "its sums are not there any more";
        }

        var bytes = new byte[unit.Bytes];
        await stream.ReadExactlyAsync(bytes, cancel);

        try
        {
            var sums = TileSums.Parse(bytes);
            var wanted = unit.Unit;

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

    [LoggerMessage(1, LogLevel.Warning, "No room for frame {Frame} of {Render}")]
    private partial void LogFull(RenderId render, int frame);

    [LoggerMessage(2, LogLevel.Error, "Frame {Frame} of {Render} was not put together")]
    private partial void LogNotAnswered(Exception fault, RenderId render, int frame);
}
