using System.Runtime.CompilerServices;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>Who watches a render hears of every picture and state, in order, to its end.</summary>
internal sealed partial class RenderGrain
{
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IAsyncEnumerable<RenderEvent> Watch(int afterFrame) => Follow(afterFrame);

    private WorkState Shown => _settled ? render.State.Settlement!.Final : render.State.Stage;

    private int UnitsDone =>
        (Made().Count() * UnitsPerFrame) + Usable.Count() + OpenLooks.Sum(SparedOf);

    /// <summary>Stores the state and wakes everyone who watches.</summary>
    private async Task Store(RenderState next)
    {
        await this.Save(render, Noted(render.State, next));
        Tell();
    }

    private void Tell()
    {
        var told = _news;
        _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult();
    }

    private async IAsyncEnumerable<RenderEvent> Follow(
        int afterFrame, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        if (!_funded)
        {
            yield break;
        }

        var next = Math.Max(0, afterFrame);
        RenderEvent? state = null;
        RenderEvent? progress = null;

        while (true)
        {
            // Taken before looking, so that what happens meanwhile is not missed.
            var news = _news.Task;
            var isOver = _settled;

            if (!isOver && StateNow() is var stateNow && stateNow != state)
            {
                yield return state = stateNow;
            }

            for (; next < render.State.Frames.Count; next++)
            {
                // Numbers count dropped pictures too: they stand for who resumes after one that was told.
                if (render.State.Frames[next] is { IsDropped: false } done)
                {
                    var sha256 = IsReleased(done.Frame) ? done.ImageSha256 : null;
                    yield return new RenderEvent.FrameDone(next + 1, done.Frame, sha256);
                }
            }

            if (ProgressNow() is var progressNow && progressNow != progress)
            {
                yield return progress = progressNow;
            }

            if (isOver)
            {
                yield return StateNow();
                yield break;
            }

            await news.WaitAsync(cancel);
        }
    }

    private RenderEvent.StateChanged StateNow() =>
        new(Shown, _settled ? render.State.Settlement!.Ending : null, IsPaused);

    private RenderEvent.Progressed ProgressNow() =>
        new(UnitsDone, _units.Length, Made().Count(), Order.Frames.Count);
}
