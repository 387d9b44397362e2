using Marketplace.Domain.Devices;

namespace Marketplace.Grains.Renders;

/// <summary>
/// What becomes of the other units of a device whose unit was found not to stand: they go into no picture that is
/// still to be made. They are paid by nobody and count against nobody, and others make them again. What is in a picture
/// stays. A device gets nothing more of the render then, so that this befalls what it has made so far, once.
/// </summary>
internal sealed partial class RenderGrain
{
    private bool IsCheat(DeviceId device) =>
        render.State.Shares.Any(share => share.Device == device && share.Audits.Failed > 0);

    /// <summary>
    /// Throws away what else of a cheat would be used. What waits for its verdict is judged first, since each cheat
    /// counts. Safe to repeat.
    /// </summary>
    private Task DiscardOthers(DeviceId cheat, CancellationToken cancel) =>
        Discard([.. Usable.Where(done => DeviceOf(done) == cheat)], cancel);

    private async Task Discard(IReadOnlyCollection<DoneUnit> gone, CancellationToken cancel)
    {
        // Past the deadline nobody could make them again: the renter would have no picture, and not a better one.
        if (gone.Count == 0 || IsOverdue)
        {
            return;
        }

        var (now, frames) = (clock.GetUtcNow(), gone.Select(done => _units[done.Unit].Frame).ToHashSet());

        await Store(render.State with
        {
            Done = [.. render.State.Done.Except(gone)],
            Looks = Reopened(gone.Select(done => done.Unit)),
            Assemblies =
            [
                .. render.State.Assemblies.Select(
                    begun => frames.Contains(begun.Frame) ? begun.Outdate(now) : begun),
            ],
        });
        _waiting.UnionWith(gone.Select(done => done.Unit));
        _accepted.ExceptWith(gone.Select(done => done.Attempt));
        LogDiscarded(log, Id, gone.Count, DeviceOf(gone.First()));

        // Due at once: the sweep brings it to the books again.
        await register.Put([Row(now)], cancel);
    }
}
