using Marketplace.Domain;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>What becomes of units and frames.</summary>
internal sealed partial class RenderGrain
{
    /// <summary>
    /// Accepts a unit, and asks for the picture when it was the frame's last; one that was drawn is checked first.
    /// </summary>
    private async Task Keep(
        UnitAttempt running, UnitDelivery delivery, AuditDraw? draw, UnitProof? proof, CancellationToken cancel)
    {
        var unit = _units[running.Unit];
        var (shares, at) = Join(running);
        var done = new DoneUnit(running.Unit, delivery.SumsSha256, delivery.SumsBytes, running.Id, at)
        {
            IsSigned = delivery.Result is not null,
            Result = ResultsKept() < ResultsMax ? delivery.Result : null,
            Audit = draw is null ? null : new(draw),
            Proof = proof,
        };
        var isFirst = render.State.Stage == WorkState.Matched;

        await Store(render.State with
        {
            Stage = isFirst ? Moved(WorkState.Running) : render.State.Stage,
            Running = [.. render.State.Running.Where(held => held.Id != running.Id)],
            Done = [.. render.State.Done, done],
            Shares = shares,
        });
        _accepted.Add(running.Id);
        checkpoint.Reach(Checkpoints.ResultStored);
        instruments.Samples(unit.PixelSamples);

        if (done.IsPending)
        {
            checkpoint.Reach(Checkpoints.ProofDrawn);
        }

        await Release(running, isUnwanted: false, cancel);

        if (isFirst || done.IsPending)
        {
            // Should this host die, the sweep finds what is to be checked.
            await register.Put([Row(NextLook(clock.GetUtcNow()))], cancel);
        }

        ResumeAudits();
        ResumeMeasuring();

        if (IsComplete(unit.Frame))
        {
            await Assemble(unit.Frame, cancel);
        }
    }

    private int ResultsKept() => render.State.Done.Count(done => done.Result is not null)
        + render.State.Shares.Sum(share => share.Results?.Count ?? 0);

    /// <summary>The shares with one for this device at this ask, and where it stands.</summary>
    private (IReadOnlyList<RenderShare> Shares, int At) Join(UnitAttempt running)
    {
        var shares = render.State.Shares.ToList();
        var at = shares.FindIndex(share => share.Device == running.Device && share.Ask == running.Ask);

        if (at < 0)
        {
            at = shares.Count;
            shares.Add(new(running.Provider, running.Device, running.Ask, running.Id, 0, 0, string.Empty));
        }

        return (shares, at);
    }

    /// <summary>
    /// Ends one attempt: its unit waits again, or the render is over when too many providers failed at it or the order
    /// is held at fault.
    /// </summary>
    private async Task GiveUp(UnitAttempt running, Ending ending, bool isExcluded, CancellationToken cancel)
    {
        var accusers = FailedAttempt.Accusers(render.State.Accusers, running.Provider, ending);
        var failures = UnitFailures.With(render.State.Failures, running.Unit, running.Provider);
        await Evade(running, cancel);

        await Store(render.State with
        {
            Running = [.. render.State.Running.Where(held => held.Id != running.Id)],
            Failures = failures,
            Exclusions = isExcluded
                ? [.. render.State.Exclusions.Append(new(running.Device, running.Provider)).Distinct()]
                : render.State.Exclusions,
            Accusers = accusers,
            LastFailure = ending,
        });
        _waiting.Add(running.Unit);

        if (FailedAttempt.EndOf(ending, accusers, failures[^1].Providers.Count, RenderLimits.AttemptsMax) is { } end)
        {
            await End(WorkState.Failed, end, cancel);
        }
        else
        {
            // Due at once: the sweep brings it to the books again.
            await register.Put([Row(clock.GetUtcNow())], cancel);
        }

        await Release(running, isUnwanted: true, cancel);
    }

    private async Task LoseSilent(DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var running in render.State.Running.Where(held => now >= held.At + market.Value.Lease).ToArray())
        {
            var device = GrainFactory.GetGrain<IDeviceGrain>(running.Device.Value);

            if (IsOpen && !await device.Runs(running.Id, cancel))
            {
                await Lose(running.Id, cancel);
            }
        }
    }

    private async Task EndWhenFinished(CancellationToken cancel)
    {
        if (IsOpen && Made().Count() == Order.Frames.Count && IsReviewOver)
        {
            await End(WorkState.Succeeded, null, cancel);
        }
    }

    private async Task EndWhenHopeless(CancellationToken cancel)
    {
        if (!IsWaiting || render.State.Running.Count > 0 || render.State.Exclusions.Count == 0)
        {
            return;
        }

        var listed = (await directory.Listed(cancel))
            .Where(offer => !Exclusion.Bars(render.State.Exclusions, offer.Device, offer.Provider));
        DeviceId[] excluded = [.. render.State.Exclusions.Select(exclusion => exclusion.Device)];

        if (Prospect.EndOf(listed, Order.Needs, excluded, render.State.LastFailure) is { } hopeless)
        {
            await End(WorkState.Failed, hopeless, cancel);
        }
    }

    private bool IsSpent(int unit) =>
        render.State.Failures.FirstOrDefault(failures => failures.Unit == unit) is { IsSpent: true };

    private async Task Release(UnitAttempt running, bool isUnwanted, CancellationToken cancel)
    {
        try
        {
            var device = GrainFactory.GetGrain<IDeviceGrain>(running.Device.Value);
            await (isUnwanted ? device.Abandon(running.Id, cancel) : device.Release(running.Id, cancel));
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // The place has a time to live; the render must not hang on it.
            LogNotReleased(log, fault, Id, running.Id);
        }

        if (isUnwanted)
        {
            GrainFactory.GetGrain<IRigDirectoryGrain>(0).HintAbandon(running.Device, running.Id).Ignore();
        }
    }
}
