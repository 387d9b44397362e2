using Marketplace.Domain.Ledger;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Ledger;

namespace Marketplace.Grains.Renders;

/// <summary>Frames that are made again as new work, with money of their own.</summary>
internal sealed partial class RenderGrain
{
    public async Task<FrameReviewOutcome> Retry(int frame, CancellationToken cancel = default)
    {
        if (WhyNotThere(frame) is { } none)
        {
            return none;
        }

        // What an earlier call left open comes first: it may be this very one.
        await ContinueRetry(cancel);

        if (ReviewOf(frame) is { State: FrameReviewState.Remaking, IsBought: true })
        {
            return new FrameReviewOutcome.Taken(View());
        }

        if ((WhyNotReviewed(frame) ?? WhyClosed() ?? WhyNotRetried(frame)) is { } refused)
        {
            return refused;
        }

        var cap = SamplePrice.Cap(Order with { Frames = [frame] });
        var reserved = render.State.Escrow!.Total;

        if (Order.MaxPrice is { } most && cap > most - reserved)
        {
            return new FrameReviewOutcome.Refused(
                "price-cap-reached",
                $"Frame {frame} made again as new work may cost {cap} USDC besides the {reserved} that are set aside, "
                    + $"and the render {most} in all. Order the frame as a render of its own.");
        }

        if (await books.Cover(render.State.Account, cap, cancel) is not { } escrow)
        {
            return await Broke(cap, cancel);
        }

        await Store(render.State with { Retrying = new(frame, escrow) });
        return await ContinueRetry(cancel) ? new FrameReviewOutcome.Taken(View()) : await Broke(cap, cancel);
    }

    /// <summary>Keys of all money that was set aside for this render.</summary>
    private IEnumerable<string> FundKeys =>
        Enumerable.Range(0, render.State.Retries + 1).Select(n => FormattableString.Invariant($"fund:{Id}:{n}"));

    private FrameReviewOutcome.NotThere? WhyNotThere(int frame) =>
        !_funded || !Order.Frames.Contains(frame) ? new() : null;

    private FrameReviewOutcome.Refused? WhyNotRetried(int frame) => ReviewOf(frame) switch
    {
        { State: FrameReviewState.Upheld, Retries: < RenderLimits.RetriesMax } => null,
        { State: FrameReviewState.Upheld } => new(
            "retries-used-up",
            $"Frame {frame} was made again {RenderLimits.RetriesMax} times, which is as often as is allowed."),
        { State: FrameReviewState.Approved } => new("frame-approved", $"Frame {frame} is approved."),
        _ => new(
            "frame-not-upheld",
            $"Frame {frame} was not rejected and found sound. Reject it first: what does not stand of it is made again "
                + "free of charge."),
    };

    private async Task<FrameReviewOutcome> Broke(Usdc cap, CancellationToken cancel) =>
        new FrameReviewOutcome.NotEnoughMoney(cap, await books.Spendable(render.State.Account, cancel));

    /// <summary>
    /// Sets the money aside and gives the frame out again. Safe to repeat: the decision is stored, and its key follows
    /// from the count of those before it. False when the money is not there any more.
    /// </summary>
    private async Task<bool> ContinueRetry(CancellationToken cancel)
    {
        if (render.State.Retrying is not { } retry || render.State.Settlement is not null)
        {
            return true;
        }

        var n = render.State.Retries + 1;
        var fund = LeaseJournals.Fund(Id.Value, n, render.State.Account, retry.Escrow.Promo, retry.Escrow.Available);
        var outcome = await books.PostOrLeave(this, Entry.Of(fund), cancel);

        if (outcome is PostOutcome.Insufficient)
        {
            await Store(render.State with { Retrying = null });
            return false;
        }

        if (!outcome.Stands)
        {
            throw new InvalidOperationException($"The books refused {fund.Key}: {outcome}");
        }

        await GiveOutOnceMore(retry, cancel);
        return true;
    }

    /// <summary>The first making stays charged: who made it is paid, and makes nothing of the second.</summary>
    private async Task GiveOutOnceMore(FrameRetry retry, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var units = await Record(retry.Frame).Units(cancel);

        await Store(render.State with
        {
            Retrying = null,
            Retries = render.State.Retries + 1,
            Escrow = render.State.Escrow!.Plus(retry.Escrow),
            Bars = Barred(retry.Frame, units),
            Reviews = Changed([retry.Frame], review => review.Retry(now)),
            Review = render.State.Review.End(now, Spent(now)),
        });
        _waiting.UnionWith(
            _units.Where(unit => unit.Frame == retry.Frame && IsOrdered(unit)).Select(unit => unit.Index));

        // Due at once: the sweep brings it to the books again.
        await register.Put([Row(now)], cancel);
    }
}
