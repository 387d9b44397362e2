using Marketplace.Ledger.Webhooks;

namespace Marketplace.Grains.Renders;

/// <summary>What webhooks are told of a render beside its end, which its row in the register tells.</summary>
internal sealed partial class RenderGrain
{
    /// <summary>Frames that this activation has told of. The next tells of all again: each is written once.</summary>
    private int _framesTold;

    private async Task TellFrames(CancellationToken cancel)
    {
        var frames = render.State.Frames;
        var counts = new Dictionary<int, int>();
        var told = new List<NewEvent>();

        for (var at = 0; at < frames.Count; at++)
        {
            var one = frames[at];
            var number = counts[one.Frame] = counts.GetValueOrDefault(one.Frame) + 1;

            if (at >= _framesTold && !one.IsDropped)
            {
                told.Add(NewEvent.Frame(Id, render.State.Account, one.Frame, number, IsReleased(one.Frame)));
            }
        }

        await events.Tell(told, cancel);
        _framesTold = frames.Count;
    }

    /// <summary>Whether the renter may have the picture of a frame as it was made.</summary>
    private bool IsReleased(int frame) =>
        !Order.IsReviewed() || _settled || ReviewOf(frame) is { IsReleased: true };
}
