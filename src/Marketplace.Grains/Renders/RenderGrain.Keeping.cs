using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Market;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;

namespace Marketplace.Grains.Renders;

/// <summary>What a render posts and shows.</summary>
internal sealed partial class RenderGrain
{
    /// <summary>Sets the money aside; null when that stands, else the refusal, and the render is forgotten.</summary>
    private async Task<SubmitOutcome?> Fund(CancellationToken cancel)
    {
        if (_funded)
        {
            return null;
        }

        var (account, escrow) = (render.State.Account, render.State.Escrow!);
        var fund = LeaseJournals.Fund(Id.Value, 0, account, escrow.Promo, escrow.Available);
        var row = Row(NextLook(clock.GetUtcNow()));
        var outcome = await books.PostOrLeave(this, new() { Journals = [fund], Register = [row] }, cancel);

        if (outcome is PostOutcome.Insufficient)
        {
            await render.ClearStateAsync(cancel);
            DeactivateOnIdle();
            return new SubmitOutcome.NotEnoughMoney(escrow.Total, await books.Spendable(account, cancel));
        }

        if (!outcome.Stands)
        {
            throw new InvalidOperationException($"The books refused {fund.Key}: {outcome}");
        }

        _funded = true;
        checkpoint.Reach(Checkpoints.EscrowFunded);
        instruments.Started(WorkKind.Render);
        return null;
    }

    private async Task End(WorkState final, Ending? ending, CancellationToken cancel)
    {
        await ContinueRetry(cancel);
        var running = render.State.Running;
        var shares = FrameBill.Covers(final, isDelivered: false) ? Credited(Chargeable()) : render.State.Shares;
        var charges = FrameBill.Of(shares, render.State.Escrow!.Total);

        await Store(render.State with
        {
            Stage = final == WorkState.Succeeded ? Moved(WorkState.Verifying) : render.State.Stage,
            Running = [],
            Shares = shares,
            Pause = render.State.Pause.End(clock.GetUtcNow()),
            Settlement = new(final, ending, charges, clock.GetUtcNow()),
        });
        checkpoint.Reach(Checkpoints.ResultStored);

        await Settle(cancel);
        instruments.Ended(WorkKind.Render, final);

        foreach (var unwanted in running)
        {
            await Release(unwanted, isUnwanted: true, cancel);
        }
    }

    /// <summary>The shares with these units charged as well, in the order in which they were accepted.</summary>
    private RenderShare[] Credited(IEnumerable<DoneUnit> units)
    {
        var shares = render.State.Shares.ToArray();

        foreach (var done in units)
        {
            var share = shares[done.Share];
            shares[done.Share] = share.Plus(
                _units[done.Unit], done.Attempt, ReceiptText.Hash(share.Digest + done.Sha256)) with
            {
                Signed = share.Signed + (done.IsSigned ? 1 : 0),
                Audits = share.Audits.With(done.Audit),
                Results = done.Result is { } result ? [.. share.Results ?? [], result] : share.Results,
            };
        }

        return shares;
    }

    /// <summary>Charges, receipts, refund and the register's row in one transaction. Safe to repeat.</summary>
    private async Task Settle(CancellationToken cancel)
    {
        if (_settled || render.State.Settlement is not { } end)
        {
            return;
        }

        await TellFrames(cancel);
        var rest = render.State.Escrow!.After(end.Total());
        var close = LeaseJournals.Close(Id.Value, render.State.Account, rest.Promo, rest.Available);
        var parts = end.Charges.Select(charge => Part(end, charge, close)).ToArray();

        await books.Require(
            new()
            {
                Journals =
                [
                    .. parts.Select(part => part.Charge),
                    .. parts.Select(part => part.Release).OfType<Journal>(),
                    close,
                ],
                Register = [Row(null, end.Final), .. parts.Select(part => part.Row)],
                Receipts = [.. parts.Select(part => part.Receipt)],
            },
            cancel);

        _settled = true;
        Tell();
        checkpoint.Reach(Checkpoints.ChargePosted);
        checkpoint.Reach(Checkpoints.ReceiptSigned);
        checkpoint.Reach(Checkpoints.EscrowClosed);
    }

    private ReceiptEntry Part(RenderSettlement end, RenderCharge charged, Journal close)
    {
        var shares = render.State.Shares
            .Where(share => share.Provider == charged.Provider && share.Units > 0)
            .ToArray();
        var audits = AuditsOf(render.State.Shares.Where(share => share.Provider == charged.Provider));
        var charge = LeaseJournals.ChargeShare(
            Id.Value, charged.Provider, charged.Amount, ledger.Value.FeeBasisPoints);
        var root = Order.Scene.Files.First(file => file.Path == Order.Scene.Root);
        var receipt = new Receipt(
            ReceiptOf(charged),
            Id.Value,
            "render",
            render.State.Account,
            charged.Provider,
            shares[^1].Device,
            shares[^1].LastCharged,
            ReceiptText.Hash(ListDetail.Write(Order)),
            root.Sha256,
            shares is [var only] ? only.Digest : ReceiptText.Hash(string.Concat(shares.Select(share => share.Digest))),
            RenderMeter.Of(shares),
            shares[^1].Ask,
            charged.Amount,
            close.Legs.Count > 0 ? [.. FundKeys, charge.Key, close.Key] : [.. FundKeys, charge.Key],
            audits is { Passed: > 0 } ? TextAudit.Passed : TextAudit.Unchecked,
            render.State.StartedAt ?? render.State.CreatedAt,
            end.EndedAt,
            [.. shares.SelectMany(share => share.Results ?? []).Take(Receipt.ResultsMax)],
            shares.Sum(share => share.Signed),
            Math.Max(0, shares.Sum(share => share.Units - share.Signed)),
            UnitAudits: audits);

        return ReceiptEntry.Of(receipt, WorkKind.Render, charge, ledger.Value, signer);
    }

    /// <summary>Posts an end that is decided and not in the books; sets a row right that tells of the past.</summary>
    private async Task Repair(CancellationToken cancel)
    {
        await Settle(cancel);

        if (_settled)
        {
            await register.Put([Row(null, render.State.Settlement!.Final)], cancel);
        }
    }

    private ReceiptId ReceiptOf(RenderCharge charge) =>
        ReceiptId.From(PrefixedId.Derive("receipt", Id.Value, charge.Provider.Value));

    private DateTimeOffset NextLook(DateTimeOffset now)
    {
        if (ReviewLook(now) is { } review)
        {
            return review;
        }

        var isIdle = render.State.Running.Count == 0 && !Undecided.Any();
        var look = now + (isIdle ? market.Value.LookWaiting : market.Value.LookRunning);
        return look < Deadline || now >= Deadline ? look : Deadline;
    }

    private WorkTicket MakeTicket() => new(
        Id.Value,
        WorkKind.Render,
        NeedsNow(),
        render.State.CreatedAt,
        [
            .. render.State.Exclusions.Select(excluded => excluded.Device)
                .Concat(render.State.Doubts.Select(doubt => doubt.Device)
                    .Concat(render.State.Bars.Select(bar => bar.Device))
                    .Where(IsLeftOut))
                .Distinct(),
        ],
        Math.Max(1, _waiting.Count),
        Exclusion.Barred(render.State.Exclusions),
        Scene: _scene ??= new(
            SceneContent.IdOf(Order), Order.Scene.Files.MaxBy(file => file.Bytes)?.Sha256 ?? string.Empty),

        // A device that is refused takes the ticket out of its book: none is offered it that could not join.
        Only: Sharers() is var all && all.Count >= SharesMax
            ? [.. all.Select(sharer => sharer.Device).Distinct()]
            : null);

    private WorkOrder MakeOrder(UnitAttempt running) =>
        new(running.Id, Id.Value, Deadline, null, new UnitWork(Order, _units[running.Unit]));

    private RegisterRow Row(DateTimeOffset? dueAt, WorkState? final = null)
    {
        var state = final ?? render.State.Stage;
        var detail = new ListDetail.Work(
            Order.Scene.Root,
            render.State.Escrow!.Total,
            render.State.Settlement?.Total() ?? Usdc.Zero,
            render.State.Settlement?.Ending,
            render.State.Attempts,
            render.State.Escrow,
            state == WorkState.Queued && !IsPaused ? MakeTicket() : null);

        return new(
            RegisterKinds.Render,
            Id.Value,
            render.State.Account.Value,
            WorkWords.Of(state),
            ListDetail.Write(detail),
            dueAt);
    }

    private RenderView View()
    {
        var end = _settled ? render.State.Settlement : null;
        var perFrame = UnitsPerFrame;
        var made = Made().Select(frame => frame.Frame).ToHashSet();
        var pictures = Pictures().ToDictionary(frame => frame.Frame);
        var reviews = render.State.Reviews.ToDictionary(review => review.Frame);
        var done = DoneOfFrames();
        var atWork = render.State.Running.Select(running => running.Unit)
            .Concat(render.State.Done.Select(unit => unit.Unit))
            .Select(unit => _units[unit].Frame)
            .ToHashSet();
        var frames = Order.Frames.Select(frame => new FrameView(
            frame,
            made.Contains(frame) ? perFrame : done.GetValueOrDefault(frame),
            perFrame,
            pictures.GetValueOrDefault(frame)?.ImageSha256,
            made.Contains(frame) ? FrameState.Done
                : done.GetValueOrDefault(frame) == perFrame ? FrameState.Assembling
                : atWork.Contains(frame) ? FrameState.Running
                : FrameState.Waiting,
            ShownReview(reviews.GetValueOrDefault(frame), isOver: end is not null),
            !Order.IsReviewed() || end is not null || reviews.GetValueOrDefault(frame) is { IsReleased: true })
        {
            Files = pictures.GetValueOrDefault(frame)?.Files ?? [],
        });

        return new(
            Id,
            render.State.Account,
            Order,
            end?.Final ?? render.State.Stage,
            end?.Ending,
            UnitsDone,
            _units.Length,
            [.. frames],
            render.State.Escrow!.Total,
            end?.Total() ?? FrameBill.Total(FrameBill.Of(render.State.Shares, render.State.Escrow.Total)),
            [.. (end?.Charges ?? []).Select(ReceiptOf)],
            render.State.CreatedAt,
            render.State.StartedAt,
            end?.EndedAt,
            Bill(end),
            IsPaused ? render.State.Pause.Since : null,
            Deadline,
            AuditsOf(end is null ? Credited(Usable) : render.State.Shares));
    }

    private BillView Bill(RenderSettlement? end)
    {
        var shares = end is null ? Credited(Chargeable()) : render.State.Shares;
        var charged = end?.Total() ?? FrameBill.Total(FrameBill.Of(shares, render.State.Escrow!.Total));

        return new(
            end is not null,
            Pictures().Count(),
            shares.Sum(share => share.Units),
            shares.Sum(share => share.PixelSamples),
            charged,
            render.State.Escrow!.Total - charged);
    }
}
