using System.Collections.Concurrent;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Renders;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Renders;

/// <summary>
/// Puts frames together on two bounded lanes, so that those with many or large files hold up no small picture, and
/// tells their renders what became of them.
/// </summary>
internal sealed partial class FrameAssembler(
    FramePicture picture, IGrainFactory grains, IOptions<WebOptions> options, ILogger<FrameAssembler> log)
    : BackgroundService, IFrameAssembler
{
    private readonly FrameLane _plain = new();
    private readonly FrameLane _long = new();
    private readonly ConcurrentDictionary<(RenderId Render, int Frame), bool> _known = new();

    public Task Assemble(FrameOrder frame, CancellationToken cancel = default)
    {
        var lane = FrameLane.IsLong(frame.Order) ? _long : _plain;

        if (_known.TryAdd((frame.Render, frame.Frame), true) && !lane.TryAdd(frame))
        {
            // The render asks again when it hears nothing.
            _known.TryRemove((frame.Render, frame.Frame), out _);
            LogFull(frame.Render, frame.Frame);
        }

        return Task.CompletedTask;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Repeat(_plain, options.Value.Assemblers)
            .Concat(Enumerable.Repeat(_long, options.Value.LongAssemblers))
            .Select(lane => Task.Run(() => Work(lane, stoppingToken), stoppingToken)));

    private async Task Work(FrameLane lane, CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                var frame = await lane.Take(cancel);
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
            var render = grains.GetGrain<IRenderGrain>(frame.Render.Value);

            if (await render.BeginFrame(frame.Frame, cancel))
            {
                await render.FrameAssembled(frame.Frame, await MakeSafely(frame, cancel), cancel);
            }
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // The render hears nothing and asks again; the try is counted.
            LogNotAnswered(fault, frame.Render, frame.Frame);
        }
    }

    private async Task<FrameOutcome> MakeSafely(FrameOrder frame, CancellationToken cancel)
    {
        try
        {
            return await picture.Make(frame, cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogNotMade(fault, frame.Render, frame.Frame);
            return new FrameOutcome.Fault($"{fault.GetType().Name}: {fault.Message}");
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "No room for frame {Frame} of {Render}")]
    private partial void LogFull(RenderId render, int frame);

    [LoggerMessage(3, LogLevel.Error, "Frame {Frame} of {Render} could not be put together")]
    private partial void LogNotMade(Exception fault, RenderId render, int frame);

    [LoggerMessage(2, LogLevel.Error, "Frame {Frame} of {Render}: the render could not be told")]
    private partial void LogNotAnswered(Exception fault, RenderId render, int frame);
}
