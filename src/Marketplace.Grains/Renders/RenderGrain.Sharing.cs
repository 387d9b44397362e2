using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>
/// How many may share a render: its settlement is one transaction of the books. Where all who share a full one have
/// left, a few others are let in, up to a limit that nothing moves.
/// </summary>
internal sealed partial class RenderGrain
{
    /// <summary>
    /// When a unit was last given out or seen at work; null where this activation has not looked yet. A restart begins
    /// the wait anew.
    /// </summary>
    private DateTimeOffset? _sharedAt;

    private int SharesMax => RenderLimits.SharesMax + render.State.Spares;

    /// <summary>A device with a share at this ask is always let in again; new ones up to the limit.</summary>
    private bool MayShare(Offer offer)
    {
        var shares = Sharers();
        return shares.Contains((offer.Device, offer.Ask)) || shares.Count < SharesMax;
    }

    private HashSet<(DeviceId Device, DeviceAsk Ask)> Sharers() =>
    [
        .. render.State.Shares.Select(share => (share.Device, share.Ask)),
        .. render.State.Running.Select(running => (running.Device, running.Ask)),
    ];

    /// <summary>Nobody of those who may has taken a unit for long: others get a chance before the deadline.</summary>
    private async Task LetSparesIn(DateTimeOffset now)
    {
        if (!IsWaiting || render.State.Running.Count > 0 || Sharers().Count < SharesMax)
        {
            _sharedAt = now;
            return;
        }

        _sharedAt ??= now;

        if (now < _sharedAt + RenderLimits.SharersSilence || render.State.Spares >= RenderLimits.SparesMax)
        {
            return;
        }

        _sharedAt = now;
        await Store(render.State with
        {
            Spares = Math.Min(render.State.Spares + RenderLimits.SparesAtOnce, RenderLimits.SparesMax),
        });
        LogSpares(log, Id, SharesMax);
    }
}
