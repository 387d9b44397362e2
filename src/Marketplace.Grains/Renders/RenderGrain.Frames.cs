using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>How frames become pictures.</summary>
internal sealed partial class RenderGrain
{
    public async Task<bool> BeginFrame(int frame, CancellationToken cancel = default)
    {
        if (!IsOpen || !IsComplete(frame))
        {
            return false;
        }

        var tries = (AssemblyOf(frame)?.Tries ?? 0) + 1;

        if (tries > RenderLimits.AssembliesMax)
        {
            await FailFrame(frame, cancel);
            return false;
        }

        var pause = Backoff.After(tries, RenderLimits.AssemblyPause, RenderLimits.AssemblyPauseMax);
        await Store(render.State with
        {
            Assemblies = [.. Others(frame), new(frame, tries, clock.GetUtcNow() + pause)],
        });
        return true;
    }

    public async Task FrameAssembled(int frame, FrameOutcome outcome, CancellationToken cancel = default)
    {
        if (!IsOpen || !IsComplete(frame) || AssemblyOf(frame) is { IsOutdated: true })
        {
            return;
        }

        switch (outcome)
        {
            case FrameOutcome.Made made:
                await Finish(frame, made, cancel);
                break;
            case FrameOutcome.BadSums bad:
                await Redo(frame, bad.Units, cancel);
                break;
            case FrameOutcome.Fault fault:
                LogFrameFault(log, Id, frame, fault.Why);
                await TryAgain(frame, cancel);
                break;
        }
    }

    /// <summary>Whether all units that it needs are in and checked in time, and its picture is not made.</summary>
    private bool IsComplete(int frame) => IsInTime(frame)
        && Usable.Count(done => _units[done.Unit].Frame == frame) + Spared(frame) == UnitsPerFrame;

    /// <summary>Accepted units that were not drawn, or whose check is over and did not reject them.</summary>
    private IEnumerable<DoneUnit> Usable =>
        render.State.Done.Where(done => done is { IsPending: false, IsRejected: false });

    private FrameAssembly? AssemblyOf(int frame) =>
        render.State.Assemblies.FirstOrDefault(assembly => assembly.Frame == frame);

    private IEnumerable<FrameAssembly> Others(int frame) =>
        render.State.Assemblies.Where(assembly => assembly.Frame != frame);

    private DateTimeOffset NotBefore(int frame) => AssemblyOf(frame)?.NextAt ?? DateTimeOffset.MinValue;

    private async Task Assemble(int frame, CancellationToken cancel)
    {
        var units = render.State.Done
            .Where(done => _units[done.Unit].Frame == frame)
            .OrderBy(done => done.Unit)
            .Select(done => new UnitSums(_units[done.Unit], done.Sha256, done.Bytes));

        try
        {
            var whole = new FrameOrder(Id, Order, frame, [.. units]) { Account = render.State.Account };
            await assembler.Assemble(whole, cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // The unit is accepted all the same; the next wake asks for the picture again.
            LogNotAsked(log, fault, Id, frame);
        }
    }

    /// <summary>The frame has its picture: now, and not before, its units are charged.</summary>
    private async Task Finish(int frame, FrameOutcome.Made made, CancellationToken cancel)
    {
        var units = render.State.Done.Where(done => _units[done.Unit].Frame == frame).ToArray();

        await KeepRecord(frame, units, cancel);
        await Store(Delivered(frame, render.State with
        {
            Frames = [.. render.State.Frames, new FinishedFrame(frame, made.ImageSha256)
            {
                Files = made.Files,
                At = clock.GetUtcNow(),
            }],
            Looks = [.. render.State.Looks.Where(look => Order.IsReviewed() || look.Frame != frame)],
            Done = [.. render.State.Done.Except(units)],
            Shares = Credited(units),
            Assemblies = [.. Others(frame)],
        }));
        await TellFrames(cancel);
        await EndWhenFinished(cancel);
        await EndWhenTooDear(cancel);
    }

    /// <summary>
    /// These sums cannot be used. They are not paid, their devices get nothing of this render any more, and their units
    /// are given out again.
    /// </summary>
    private async Task Redo(int frame, IReadOnlyList<BadUnit> told, CancellationToken cancel)
    {
        // An answer may be late: only sums that still stand are judged.
        var bad = told.Join(
            render.State.Done,
            unit => (unit.Unit, unit.Sha256),
            done => (done.Unit, done.Sha256),
            (unit, done) => (Unit: unit, Done: done)).ToArray();

        if (bad.Length == 0)
        {
            return;
        }

        foreach (var (unit, done) in bad.Where(pair => !pair.Unit.IsLost))
        {
            var share = render.State.Shares[done.Share];
            await proofs.Record(done.Attempt, share.Provider, share.Device, Id.Value, "bad-sums", cancel);
        }

        await GiveOutAgain(frame, bad, render.State.Shares, cancel);
    }

    /// <summary>
    /// Units of a frame are given out again, and their devices get nothing of this render any more. Too many failures
    /// of one unit end the render.
    /// </summary>
    private async Task GiveOutAgain(
        int frame,
        IReadOnlyList<(BadUnit Unit, DoneUnit Done)> bad,
        IReadOnlyList<RenderShare> shares,
        CancellationToken cancel)
    {
        var (failures, exclusions) = (render.State.Failures, render.State.Exclusions);

        foreach (var (unit, done) in bad)
        {
            var share = shares[done.Share];
            LogBadSums(log, Id, unit.Unit, done.Attempt, unit.Why);
            failures = UnitFailures.With(failures, unit.Unit, unit.IsLost ? null : share.Provider);
            exclusions = unit.IsLost
                ? exclusions
                : [.. exclusions.Append(new(share.Device, share.Provider)).Distinct()];
        }

        var barred = render.State.Running
            .Where(running => Exclusion.Bars(exclusions, running.Device, running.Provider))
            .ToArray();
        await Store(render.State with
        {
            Done = [.. render.State.Done.Except(bad.Select(pair => pair.Done))],
            Running = [.. render.State.Running.Except(barred)],
            Shares = shares,
            Failures = failures,
            Exclusions = exclusions,
            Looks = Reopened(bad.Where(pair => !pair.Unit.IsLost).Select(pair => pair.Unit.Unit)),
            Assemblies = [.. render.State.Assemblies.Where(begun => begun.Frame != frame || begun.IsOutdated)],
        });
        _waiting.UnionWith(bad.Select(pair => pair.Unit.Unit).Concat(barred.Select(running => running.Unit)));
        _accepted.ExceptWith(bad.Select(pair => pair.Done.Attempt));

        if (!IsOverdue && bad.FirstOrDefault(pair => IsSpent(pair.Unit.Unit)) is { Unit: { } spent })
        {
            var cause = spent.IsLost ? CausedBy.Platform : CausedBy.Provider;
            var ending = new Ending("unit-failed", $"Frame {frame}, unit {spent.Unit}: {spent.Why}", cause);
            await End(WorkState.Failed, ending, cancel);
            return;
        }

        await register.Put([Row(clock.GetUtcNow())], cancel);

        foreach (var unwanted in barred)
        {
            await Release(unwanted, isUnwanted: true, cancel);
        }
    }

    /// <summary>The platform failed at the frame: the sweep tries again, until it was tried often enough.</summary>
    private async Task TryAgain(int frame, CancellationToken cancel)
    {
        if (AssemblyOf(frame) is { Tries: >= RenderLimits.AssembliesMax })
        {
            await FailFrame(frame, cancel);
            return;
        }

        var next = NotBefore(frame);
        var now = clock.GetUtcNow();
        await register.Put([Row(next > now ? next : now)], cancel);
    }

    private Task FailFrame(int frame, CancellationToken cancel) => End(
        WorkState.Failed,
        new(
            "frame-failed",
            $"Frame {frame} could not be put together in {RenderLimits.AssembliesMax} tries; its work is not charged.",
            CausedBy.Platform),
        cancel);
}
