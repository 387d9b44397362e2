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
        await events.Tell(
            [.. frames.Skip(_framesTold).Select(one => NewEvent.Frame(Id, render.State.Account, one.Frame))], cancel);
        _framesTold = frames.Count;
    }
}
