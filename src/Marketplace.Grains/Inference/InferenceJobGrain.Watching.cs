using System.Runtime.CompilerServices;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Inference;

/// <summary>Who watches a job hears of every change, in order, to its end.</summary>
internal sealed partial class InferenceJobGrain
{
    /// <summary>The longest wait of one call for an answer: well below the time that a call may take.</summary>
    public static readonly TimeSpan AnswerWaitMax = TimeSpan.FromSeconds(4);

    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether memory may be ahead of the store.</summary>
    private bool _isStoring;

    /// <summary>Whether this activation ends as soon as no call runs in it.</summary>
    private bool _isLeaving;

    /// <inheritdoc/>
    /// <remarks>
    /// Runs between the turns of other calls, so it looks only at what is stored. An activation ends when no call runs
    /// in it: who waits here leaves when it is to end, or the next activation would never begin.
    /// </remarks>
    public async Task<AnswerOutcome> Answer(TimeSpan patience, CancellationToken cancel = default)
    {
        var until = clock.GetUtcNow() + AnswerWaitMax;

        while (_funded && !_settled && !_isLeaving)
        {
            var (news, now) = (_news.Task, clock.GetUtcNow());

            if (!_isStoring && job.State.Proof is { Claim: not null, Audit.IsPending: true } proof
                && now >= proof.At + patience)
            {
                return new AnswerOutcome.Given(View());
            }

            if (now >= until)
            {
                return new AnswerOutcome.NotYet();
            }

            await AwaitNews(news, Earlier(until, job.State.Proof?.At + patience, now) - now, cancel);
        }

        return _settled ? new AnswerOutcome.Given(View()) : new AnswerOutcome.Unknown();
    }

    private static DateTimeOffset Earlier(DateTimeOffset most, DateTimeOffset? other, DateTimeOffset now) =>
        other > now && other < most ? other.Value : most;

    private async Task AwaitNews(Task news, TimeSpan most, CancellationToken cancel)
    {
        try
        {
            await news.WaitAsync(most, clock, cancel);
        }
        catch (TimeoutException)
        {
            // Looks at the time itself.
        }
    }

    /// <summary>This activation is to end: nobody waits in it any more.</summary>
    private void Leave()
    {
        _isLeaving = true;
        DeactivateOnIdle();
        Tell();
    }

    /// <summary>Wakes everyone who watches.</summary>
    private void Tell()
    {
        var told = _news;
        _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult();
    }

    private async IAsyncEnumerable<JobEvent> Follow(
        int afterToken, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        if (!_funded)
        {
            yield break;
        }

        var next = Math.Max(0, afterToken);
        WorkState? shown = null;

        while (true)
        {
            // Taken before looking, so that what happens meanwhile is not missed.
            var news = _news.Task;
            var isOver = _settled;

            if (!isOver && shown != Shown)
            {
                shown = Shown;
                yield return new JobEvent.StateChanged(Shown, null);
            }

            for (; next < _tokens.Count; next++)
            {
                yield return new JobEvent.TokenMade(next + 1, _tokens[next]);
            }

            if (isOver)
            {
                yield return new JobEvent.StateChanged(Shown, job.State.Settlement!.Ending);
                yield break;
            }

            await news.WaitAsync(cancel);
        }
    }
}
