using Marketplace.Domain;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Verification;

namespace Marketplace.Grains.Renders;

/// <summary>
/// How units are checked, one after the other beside the grain's own calls. A unit that was drawn is in no picture and
/// on no bill before there is a verdict.
/// </summary>
internal sealed partial class RenderGrain
{
    private Task _auditing = Task.CompletedTask;

    public async Task Judge(AttemptId attempt, UnitAuditOutcome outcome, CancellationToken cancel = default)
    {
        if (Pending.FirstOrDefault(unit => unit.Attempt == attempt) is not { } done)
        {
            return;
        }

        var verdict = (outcome as UnitAuditOutcome.Judged)?.Verdict;

        switch (verdict?.Leaf)
        {
            case null:
                await Skip(done, ((UnitAuditOutcome.Skipped)outcome).Why, cancel);
                break;
            case LeafVerdict.Rejected:
                await Reject(done, verdict, cancel);
                break;
            case LeafVerdict.Accepted:
                await TellStanding(done, stands: true, cancel);
                checkpoint.Reach(Checkpoints.ProofDecided);
                await Conclude(done, done.Audit! with { Verdict = verdict }, cancel);
                break;
            default:
                await Doubt(done, cancel);
                break;
        }
    }

    private IEnumerable<DoneUnit> Pending => render.State.Done.Where(done => done.IsPending);

    /// <summary>Units that a check, or what follows from one, is still to come for.</summary>
    private IEnumerable<DoneUnit> Undecided => render.State.Done.Except(Usable);

    /// <summary>How the units of these shares were checked; null where there is nothing to tell.</summary>
    private static UnitAudits? AuditsOf(IEnumerable<RenderShare> shares) =>
        shares.Aggregate(UnitAudits.None, (sum, share) => sum.Plus(share.Audits)).OrNothing();

    private IAuditStandingGrain Standing(DeviceId device) =>
        GrainFactory.GetGrain<IAuditStandingGrain>(AuditStandingGrain.KeyOfRenders(device));

    private Usdc ChargeOf(DeviceAsk ask, int unit) => SamplePrice.Charge(ask, _units[unit].PixelSamples);

    /// <summary>
    /// Null where the device commits to nothing. What others had doubted, or had to leave, is always drawn.
    /// </summary>
    private async Task<AuditDraw?> Draw(UnitAttempt running, UnitDelivery delivery, CancellationToken cancel)
    {
        if (delivery.Result?.Leaves is not { } root)
        {
            return null;
        }

        var rate = render.State.Doubts.Any(doubt => doubt.Unit == running.Unit) || IsRemade(_units[running.Unit].Frame)
            ? 1
            : await Standing(running.Device).Rate(ChargeOf(running.Ask, running.Unit), cancel);
        return secrets.Draw(Convert.FromHexString(root), rate);
    }

    /// <summary>
    /// The next unit that this device may have, or null: one that it has left undecided goes to others first, for a
    /// while. None that the cap on the bill does not pay for.
    /// </summary>
    private RenderUnit? NextFor(Offer offer, DateTimeOffset now)
    {
        var device = offer.Device;
        var waiting = Affordable(WaitingFor(device, now), offer.Ask);

        if (Order.Animation is null)
        {
            return waiting.FirstOrDefault();
        }

        var atFrames = render.State.Done.Select(done => (render.State.Shares[done.Share].Device, done.Unit))
            .Concat(render.State.Running.Select(running => (running.Device, running.Unit)))
            .Select(at => (at.Device, _units[at.Unit].Frame))
            .ToArray();

        return FrameChoice.Pick(
            waiting,
            atFrames.LastOrDefault(at => at.Device == device) is { Frame: var frame, Device: var own } && own == device
                ? frame
                : null,
            atFrames.Where(at => at.Device != device).Select(at => at.Frame).ToHashSet());
    }

    private IEnumerable<RenderUnit> WaitingFor(DeviceId device, DateTimeOffset now) =>
        _waiting.Select(unit => _units[unit]).Where(
            unit => !render.State.Doubts.Any(doubt =>
                doubt.Unit == unit.Index && doubt.Device == device && now < doubt.At + RenderLimits.DoubtPause)
                && !IsBarred(device, unit.Frame));

    private bool IsLeftOut(DeviceId device) => !WaitingFor(device, clock.GetUtcNow()).Any();

    /// <summary>Gives up what takes too long, and begins what a crash forgot.</summary>
    private async Task LookAtAudits(DateTimeOffset now, CancellationToken cancel)
    {
        var limit = verification.Value.AuditLimit;

        foreach (var late in Pending.Where(done => now >= done.Proof!.At + limit).ToArray())
        {
            await Skip(late, $"no verdict within {limit}", cancel);
        }

        foreach (var rejected in render.State.Done.Where(done => done.IsRejected).ToArray())
        {
            await ThrowAway(rejected, cancel);
        }

        ResumeAudits();
    }

    private void ResumeAudits()
    {
        if (IsOpen && _auditing.IsCompleted && Pending.Any())
        {
            DelayDeactivation(verification.Value.AuditLimit);
            _auditing = AuditPending();
        }
    }

    /// <summary>Changes nothing of the grain's state: each verdict comes back as a call.</summary>
    private async Task AuditPending()
    {
        var me = this.AsReference<IAuditedRenderGrain>();

        try
        {
            while (IsOpen && Pending.FirstOrDefault() is { } done)
            {
                var outcome = await auditor.Audit(RequestOf(done));
                await me.Judge(done.Attempt, outcome);
            }
        }
        catch (Exception fault)
        {
            // The sweep begins it again, and gives it up when it takes too long.
            LogBrokenAudit(log, fault, Id);
        }
    }

    private UnitAuditRequest RequestOf(DoneUnit done)
    {
        var (unit, draw) = (_units[done.Unit], done.Audit!.Draw);
        var leaves = UnitCommitment.LeafCount(unit.Samples);
        var places = UnitCommitment.DrawInOrder(
            secrets.SecretOf(draw), Convert.FromHexString(draw.Root), leaves, leaves);

        return new(
            Id,
            Order,
            new(unit, done.Sha256, done.Bytes),
            done.Proof!.Leaves,
            draw.Root,
            places,
            render.State.Shares[done.Share].Provider,
            render.State.Account);
    }

    private Task Skip(DoneUnit done, string why, CancellationToken cancel)
    {
        LogSkippedAudit(log, Id, done.Unit, done.Attempt, why);
        return Conclude(done, done.Audit! with { Skipped = why }, cancel);
    }

    /// <summary>The unit is used.</summary>
    private async Task Conclude(DoneUnit done, UnitAudit audit, CancellationToken cancel)
    {
        if (!IsOpen)
        {
            return;
        }

        if (IsCheat(DeviceOf(done)) && !IsOverdue)
        {
            await Discard([done], cancel);
            return;
        }

        await Store(render.State with
        {
            Done =
            [
                .. render.State.Done.Select(
                    unit => unit == done ? done with { Audit = audit, Proof = null } : unit),
            ],
        });
        instruments.Audited(
            WorkKind.Render,
            audit.HasPassed ? TextAudit.Passed : TextAudit.Unchecked,
            audit.HasPassed ? FindingMeasure.Platform : TextAudit.ByNobody);
        ResumeMeasuring();
        var frame = _units[done.Unit].Frame;

        if (IsComplete(frame))
        {
            await Assemble(frame, cancel);
        }
    }

    /// <summary>
    /// The verdict is stored before anybody is told: whatever breaks then, the unit is not used, and the sweep sees to
    /// what follows.
    /// </summary>
    private async Task Reject(DoneUnit done, UnitVerdict verdict, CancellationToken cancel)
    {
        var rejected = done with { Audit = done.Audit! with { Verdict = verdict }, Proof = null };
        await Store(render.State with
        {
            Done = [.. render.State.Done.Select(unit => unit == done ? rejected : unit)],
        });
        instruments.Audited(WorkKind.Render, TextAudit.Failed, FindingMeasure.Platform);
        await ThrowAway(rejected, cancel);
    }

    /// <summary>
    /// The device of a rejected unit is marked, also where the render has ended meanwhile, and the unit is given out
    /// again. Safe to repeat: a failure counts once.
    /// </summary>
    private async Task ThrowAway(DoneUnit rejected, CancellationToken cancel)
    {
        var share = render.State.Shares[rejected.Share];
        var cause = rejected.Audit!.Verdict!.Cause!;
        LogFailedAudit(log, Id, rejected.Unit, rejected.Attempt, share.Device, cause);
        await TellStanding(rejected, stands: false, cancel);
        await proofs.Record(rejected.Attempt, share.Provider, share.Device, Id.Value, "failed-audit", cancel);
        await GrainFactory.GetGrain<IDeviceGrain>(share.Device.Value).FailAudit(rejected.Attempt, Id.Value, cancel);
        checkpoint.Reach(Checkpoints.ProofDecided);

        if (IsOpen)
        {
            await DiscardOthers(share.Device, cancel);
            var bad = new BadUnit(rejected.Unit, rejected.Sha256, $"it does not stand: {cause}", IsLost: false);
            var shares = Counted(rejected, share.Audits with { Failed = share.Audits.Failed + 1 });
            await GiveOutAgain(_units[rejected.Unit].Frame, [(bad, rejected)], shares, cancel);
        }
    }

    /// <summary>
    /// The unit is thrown away and nobody is blamed: others make it again. When several have, the platform cannot tell,
    /// and takes it.
    /// </summary>
    private async Task Doubt(DoneUnit done, CancellationToken cancel)
    {
        if (!IsOpen)
        {
            return;
        }

        if (render.State.Doubts.Count(doubt => doubt.Unit == done.Unit) >= RenderLimits.DoubtsMax)
        {
            await Skip(done, $"{RenderLimits.DoubtsMax + 1} devices come close to it", cancel);
            return;
        }

        LogDoubt(log, Id, done.Unit, done.Attempt);
        var (now, share) = (clock.GetUtcNow(), render.State.Shares[done.Share]);

        await Store(render.State with
        {
            Done = [.. render.State.Done.Where(unit => unit != done)],
            Doubts = [.. render.State.Doubts, new(done.Unit, share.Device, now)],
            Shares = Counted(done, share.Audits with { Doubted = share.Audits.Doubted + 1 }),
        });
        _waiting.Add(done.Unit);
        _accepted.Remove(done.Attempt);

        // Due at once: the sweep brings it to the books again.
        await register.Put([Row(now)], cancel);
    }

    /// <summary>
    /// An attempt that was drawn ends without having shown its leaves. That happens to honest devices, too, so it is no
    /// failed check; but the device earns its trust anew.
    /// </summary>
    private async Task Evade(UnitAttempt running, CancellationToken cancel)
    {
        if (running.Commitment is not null)
        {
            LogEvaded(log, Id, running.Id, running.Device);
            await Standing(running.Device).Found(
                running.Id, ChargeOf(running.Ask, running.Unit), stands: false, cancel);
        }
    }

    private Task TellStanding(DoneUnit done, bool stands, CancellationToken cancel)
    {
        var share = render.State.Shares[done.Share];
        return Standing(share.Device).Found(done.Attempt, ChargeOf(share.Ask, done.Unit), stands, cancel);
    }

    private IReadOnlyList<RenderShare> Counted(DoneUnit done, UnitAudits audits) =>
        [.. render.State.Shares.Select((share, at) => at == done.Share ? share with { Audits = audits } : share)];
}
