using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Market.Admission;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>
/// How the cap on the bill is kept: by giving out no work that it does not pay for. A frame is begun only where all of
/// it can be paid, besides what the others still need, so that the money goes into whole frames.
/// </summary>
internal sealed partial class RenderGrain
{
    /// <summary>
    /// What a device needs to get anything now: the order's needs, and an ask that the bill has room for.
    /// </summary>
    private WorkNeeds NeedsNow() => AffordableAsks() is { Count: > 0 } asks
        ? RenderBudget.At(Order.Needs, asks.Values.Max())
        : Order.Needs;

    /// <summary>Of units that wait, those that the bill has room for at this ask.</summary>
    private IEnumerable<RenderUnit> Affordable(IEnumerable<RenderUnit> waiting, DeviceAsk ask) =>
        AffordableAsks() is { } asks ? waiting.Where(unit => ask.Megasample <= asks[unit.Frame]) : waiting;

    /// <summary>
    /// By frame with units that wait; null where the cap on the bill covers whatever the order may cost.
    /// </summary>
    private Dictionary<int, Usdc>? AffordableAsks()
    {
        if (Order.MaxPrice is not { } most || most >= SamplePrice.Cap(Order with { MaxPrice = null }))
        {
            return null;
        }

        var inWork = render.State.Running.Select(running => running.Unit)
            .Concat(render.State.Done.Select(done => done.Unit))
            .Select(unit => _units[unit].Frame)
            .ToHashSet();

        return RenderBudget.Of(most, Owed()).AsksFor(_waiting.Select(unit => _units[unit]), inWork);
    }

    /// <summary>Work that is charged, that may come to be, or that a device is at.</summary>
    private IEnumerable<(DeviceAsk Ask, long PixelSamples)> Owed() =>
    [
        .. render.State.Shares.Select(share => (share.Ask, share.PixelSamples)),
        .. render.State.Done.Select(done => (render.State.Shares[done.Share].Ask, _units[done.Unit].PixelSamples)),
        .. render.State.Running.Select(running => (running.Ask, _units[running.Unit].PixelSamples)),
    ];

    /// <summary>
    /// Ends a render that can order no more within its cap, once nothing is under way that could give money back and
    /// no picture or word is awaited. As when it is cancelled, accepted units are charged: who made them kept to the
    /// order. Where no device is listed at all it is not the cap that is in the way.
    /// </summary>
    private async Task EndWhenTooDear(CancellationToken cancel)
    {
        var mayChange = render.State.Running.Count > 0
            || Undecided.Any()
            || !_measuring.IsCompleted
            || !IsReviewOver
            || Order.Frames.Any(IsComplete);

        if (Order.MaxPrice is not { } most || !IsWaiting || mayChange)
        {
            return;
        }

        var needs = NeedsNow();
        var able = (await directory.Listed(cancel))
            .Where(offer => !Exclusion.Bars(render.State.Exclusions, offer.Device, offer.Provider))
            .Where(offer => Admit.Check(offer, Order.Needs).Count == 0)
            .ToArray();

        if (able.Length == 0 || able.Any(offer => Admit.Check(offer, needs).Count == 0))
        {
            return;
        }

        var charged = FrameBill.Total(FrameBill.Of(Credited(Chargeable()), render.State.Escrow!.Total));
        var ending = new Ending(
            "price-cap-reached",
            $"Of the {most} USDC that it may cost, {charged} are charged. The rest pays for no further frame: devices "
                + $"would have to ask {needs.Cap.Megasample} a million samples, the cheapest asks "
                + $"{able.Min(offer => offer.Ask.Megasample)}.",
            CausedBy.Renter);
        await End(WorkState.Cancelled, ending, cancel);
    }
}
