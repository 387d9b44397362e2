using System.Runtime.CompilerServices;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Inference;

/// <summary>Who watches a job hears of every change, in order, to its end.</summary>
internal sealed partial class InferenceJobGrain
{
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
