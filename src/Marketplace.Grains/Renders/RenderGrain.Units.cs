using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Verification;

namespace Marketplace.Grains.Renders;

/// <summary>What becomes of units and frames.</summary>
internal sealed partial class RenderGrain
{
    /// <summary>Accepts a unit, and asks for the picture when it was the frame's last.</summary>
    private async Task Keep(UnitAttempt running, UnitDelivery delivery, CancellationToken cancel)
    {
        var unit = _units[running.Unit];
        var (shares, at) = Credit(running, unit, delivery);
        var done = new DoneUnit(running.Unit, delivery.SumsSha256, delivery.SumsBytes, running.Id, at);
        var isFirst = render.State.Stage == WorkState.Matched;

        await this.Save(render, render.State with
        {
            Stage = isFirst ? Moved(WorkState.Running) : render.State.Stage,
            Running = [.. render.State.Running.Where(held => held.Id != running.Id)],
            Done = [.. render.State.Done, done],
            Shares = shares,
        });
        _accepted.Add(running.Id);
        checkpoint.Reach(Checkpoints.ResultStored);
        instruments.Samples(unit.PixelSamples);
        await Release(running, isUnwanted: false, cancel);

        if (isFirst)
        {
            await register.Put([Row(NextLook(clock.GetUtcNow()))], cancel);
        }

        if (IsComplete(unit.Frame))
        {
            await Assemble(unit.Frame, cancel);
        }
    }

    private (IReadOnlyList<RenderShare> Shares, int At) Credit(
        UnitAttempt running, RenderUnit unit, UnitDelivery delivery)
    {
        var shares = render.State.Shares.ToList();
        var at = shares.FindIndex(share => share.Device == running.Device && share.Ask == running.Ask);

        if (at < 0)
        {
            at = shares.Count;
            shares.Add(new(running.Provider, running.Device, running.Ask, running.Id, 0, 0, string.Empty));
        }

        shares[at] = shares[at] with
        {
            Last = running.Id,
            PixelSamples = shares[at].PixelSamples + unit.PixelSamples,
            Units = shares[at].Units + 1,
            Digest = ReceiptText.Hash(shares[at].Digest + delivery.SumsSha256),
            Signed = shares[at].Signed + (delivery.Result is null ? 0 : 1),
            Results = delivery.Result is { } result && shares.Sum(share => share.Results?.Count ?? 0) < ResultsMax
                ? [.. shares[at].Results ?? [], result]
                : shares[at].Results,
        };

        return (shares, at);
    }

    private async Task Assemble(int frame, CancellationToken cancel)
    {
        var units = render.State.Done
            .Where(done => _units[done.Unit].Frame == frame)
            .OrderBy(done => done.Unit)
            .Select(done => new UnitSums(_units[done.Unit], done.Sha256, done.Bytes));

        try
        {
            await assembler.Assemble(new(Id, Order, frame, [.. units]), cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // The unit is accepted all the same; the next wake asks for the picture again.
            LogNotAsked(log, fault, Id, frame);
        }
    }

    /// <summary>
    /// No picture could be made of these sums: none of them counts, and the frame is given out again.
    /// </summary>
    private async Task RedoFrame(int frame, CancellationToken cancel)
    {
        var bad = render.State.Done.Where(done => _units[done.Unit].Frame == frame).ToArray();
        var shares = render.State.Shares.ToArray();

        foreach (var done in bad)
        {
            shares[done.Share] = shares[done.Share] with
            {
                PixelSamples = shares[done.Share].PixelSamples - _units[done.Unit].PixelSamples,
                Units = shares[done.Share].Units - 1,
            };
        }

        await this.Save(render, render.State with
        {
            Done = [.. render.State.Done.Except(bad)],
            Shares = shares,
            Tries = bad.Aggregate(render.State.Tries, (tries, done) => Tried(tries, done.Unit)),
        });
        _waiting.UnionWith(bad.Select(done => done.Unit));

        if (bad.Any(done => TriesOf(done.Unit) >= RenderLimits.AttemptsMax))
        {
            await End(
                WorkState.Failed,
                new("frame-failed", $"No picture could be made of frame {frame}.", CausedBy.Platform),
                isBilled: false,
                cancel);
            return;
        }

        await register.Put([Row(clock.GetUtcNow())], cancel);
    }

    /// <summary>
    /// Ends one attempt: its unit waits again, or the render is over when there were too many or the order is held at
    /// fault.
    /// </summary>
    private async Task GiveUp(UnitAttempt running, Ending ending, bool isExcluded, CancellationToken cancel)
    {
        var accusers = FailedAttempt.Accusers(render.State.Accusers, running.Provider, ending);
        await this.Save(render, render.State with
        {
            Running = [.. render.State.Running.Where(held => held.Id != running.Id)],
            Tries = Tried(render.State.Tries, running.Unit),
            Excluded = isExcluded
                ? [.. render.State.Excluded.Append(running.Device).Distinct()]
                : render.State.Excluded,
            Accusers = accusers,
            LastFailure = ending,
        });
        _waiting.Add(running.Unit);

        if (FailedAttempt.EndOf(ending, accusers, TriesOf(running.Unit), RenderLimits.AttemptsMax) is { } end)
        {
            // Never billed: that the order is at fault is the word of rigs, which must not be worth money to them.
            await End(WorkState.Failed, end, isBilled: false, cancel);
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
        if (IsOpen && render.State.Frames.Count == Order.Frames.Count)
        {
            await End(WorkState.Succeeded, null, isBilled: true, cancel);
        }
    }

    private async Task EndWhenHopeless(CancellationToken cancel)
    {
        if (!IsWaiting || render.State.Running.Count > 0 || render.State.Excluded.Count == 0)
        {
            return;
        }

        var listed = await directory.Listed(cancel);

        if (Prospect.EndOf(listed, Order.Needs, render.State.Excluded, render.State.LastFailure) is { } hopeless)
        {
            await End(WorkState.Failed, hopeless, isBilled: false, cancel);
        }
    }

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

    private int TriesOf(int unit) => render.State.Tries.FirstOrDefault(tries => tries.Unit == unit)?.Count ?? 0;

    private static IReadOnlyList<UnitTries> Tried(IReadOnlyList<UnitTries> tries, int unit)
    {
        var known = tries.FirstOrDefault(held => held.Unit == unit);

        return [.. tries.Where(held => held.Unit != unit), new(unit, (known?.Count ?? 0) + 1)];
    }
}
