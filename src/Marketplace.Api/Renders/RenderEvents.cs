using Marketplace.Api.Http;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>How a render is told as events; pictures are numbered in the order in which they were made.</summary>
internal static class RenderEvents
{
    public static EventSource<RenderEvent> Of(RenderId id, IGrainFactory grains)
    {
        var render = grains.GetGrain<IRenderGrain>(id.Value);

        return new(
            after => render.Watch(after).WithBatchSize(1),
            (happened, after) => Tell(id, happened, after),
            async cancel => await render.Describe(cancel) is { } view && WorkCycle.IsTerminal(view.State)
                ? [new("done", null, RenderResponse.From(view))]
                : null);
    }

    private static ServerSentEvent? Tell(RenderId id, RenderEvent happened, int after) => happened switch
    {
        RenderEvent.FrameDone done when done.Number > after =>
            new("frame", done.Number, FrameDoneEvent.From(id, done)),
        RenderEvent.Progressed progressed => new("progress", null, ProgressEvent.From(progressed)),
        RenderEvent.StateChanged changed => new("state", null, RenderStateEvent.From(changed)),
        _ => null,
    };
}
