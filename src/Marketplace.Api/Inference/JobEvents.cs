using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference;

/// <summary>How a job is told as events; the number of a token is its id.</summary>
internal static class JobEvents
{
    public static EventSource<JobEvent> Of(JobId id, IGrainFactory grains)
    {
        var job = grains.GetGrain<IInferenceJobGrain>(id.Value);

        return new(
            after => job.Watch(after).WithBatchSize(1),
            Tell,
            async cancel => await job.Describe(cancel) is { } view && WorkCycle.IsTerminal(view.State)
                ? new("done", null, JobResponse.From(view))
                : null);
    }

    private static ServerSentEvent? Tell(JobEvent happened, int after) => happened switch
    {
        JobEvent.TokenMade made when made.Number > after => new("token", made.Number, TokenEvent.From(made)),
        JobEvent.StateChanged changed => new("state", null, StateEvent.From(changed)),
        _ => null,
    };
}
