using System.Runtime.CompilerServices;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference;

/// <summary>
/// A whole text whose check takes long is not kept from its reader: it is answered as pending, and the job tells later
/// what was found.
/// </summary>
internal static class CheckedText
{
    /// <summary>Whether there is an answer: the job is over, or its text is whole and waits for its check.</summary>
    public static bool IsAnswer(JobView job) => WorkCycle.IsTerminal(job.State) || IsPending(job);

    /// <summary>Whether the text is whole and waits for its check.</summary>
    public static bool IsPending(JobView job) =>
        job is { State: WorkState.Verifying, FinishReason: not null, Audit.IsPending: true };

    /// <summary>What happens to a job, to its end or until its check has taken this long.</summary>
    public static async IAsyncEnumerable<JobEvent> Patiently(
        this IAsyncEnumerable<JobEvent> happenings,
        TimeSpan patience,
        TimeProvider clock,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        using var impatient = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(impatient.Token, cancel);
        await using var each = happenings.GetAsyncEnumerator(either.Token);

        while (await HasNext(each, impatient.Token, cancel))
        {
            if (each.Current is JobEvent.StateChanged { State: WorkState.Verifying })
            {
                impatient.CancelAfter(patience);
            }

            yield return each.Current;
        }
    }

    private static async Task<bool> HasNext(
        IAsyncEnumerator<JobEvent> each, CancellationToken impatient, CancellationToken cancel)
    {
        try
        {
            return await each.MoveNextAsync();
        }
        catch (OperationCanceledException) when (impatient.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }
}
