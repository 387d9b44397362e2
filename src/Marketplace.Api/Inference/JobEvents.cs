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
                ? [new("done", null, JobResponse.From(view))]
                : null);
    }

    /// <summary>
    /// The job when it is over, however long that takes, or when its text is whole and its check takes longer than the
    /// setting.
    /// </summary>
    /// <exception cref="TimeoutException">The cluster lost the job again and again.</exception>
    public static async Task<JobView> End(JobId id, Desk desk, CancellationToken cancel)
    {
        var job = desk.Grains.GetGrain<IInferenceJobGrain>(id.Value);
        var patience = TimeSpan.FromMilliseconds(desk.Options.CheckPatienceMilliseconds);

        for (var resume = 0; resume <= EventStream.ResumesMax; resume++)
        {
            if (await Answer(job, patience, desk.Clock, cancel) is { } ended)
            {
                return ended;
            }

            await Task.Delay(EventStream.ResumePause, desk.Clock, cancel);
        }

        throw new TimeoutException($"{id} did not end.");
    }

    /// <summary>
    /// The job when there is an answer, however many calls that takes; null when its grain has moved or restarts.
    /// </summary>
    private static async Task<JobView?> Answer(
        IInferenceJobGrain job, TimeSpan patience, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            AnswerOutcome outcome;

            do
            {
                outcome = await job.Answer(patience, cancel);
            }
            while (outcome is AnswerOutcome.NotYet);

            return (outcome as AnswerOutcome.Given)?.Job;
        }
        catch (Exception fault) when (fault is OrleansException or TimeoutException)
        {
            // The grain is lost for now, or lives on an older host, which knows no such call.
            return await WatchToEnd(job, patience, clock, cancel);
        }
    }

    private static async Task<JobView?> WatchToEnd(
        IInferenceJobGrain job, TimeSpan patience, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            await foreach (var _ in job.Watch(int.MaxValue).Patiently(patience, clock, cancel))
            {
                // Only the end is of interest.
            }
        }
        catch (EnumerationAbortedException)
        {
            // The grain has moved or restarted.
        }

        return await job.Describe(cancel) is { } view && CheckedText.IsAnswer(view) ? view : null;
    }

    private static ServerSentEvent? Tell(JobEvent happened, int after) => happened switch
    {
        JobEvent.TokenMade made when made.Number > after => new("token", made.Number, TokenEvent.From(made)),
        JobEvent.StateChanged changed => new("state", null, StateEvent.From(changed)),
        _ => null,
    };
}
