using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>
/// What goes on at the deadline: pictures are made of frames that were complete by then, and nothing else. Devices have
/// delivered those in time, and are paid for pictures alone.
/// </summary>
internal sealed partial class RenderGrain
{
    /// <summary>Whether the time for making is over. A check that the renter waits for may come to its end.</summary>
    private bool IsOverdue => clock.GetUtcNow() >= Deadline && !IsChecking;

    private Ending Late => new(
        "deadline-passed", $"It was not finished within {Order.DeadlineSeconds} s.", CausedBy.Platform);

    /// <summary>Whether a picture of the frame may be made as far as the deadline goes.</summary>
    private bool IsInTime(int frame) => !IsOverdue || render.State.Closing?.Contains(frame) != false;

    /// <summary>
    /// Whether nothing but the platform keeps a frame from its picture. The deadline waits for that, but not for ever.
    /// </summary>
    private bool IsAssembling(DateTimeOffset now) =>
        now < Deadline + RenderLimits.AssemblyGrace && Order.Frames.Any(IsComplete);

    /// <summary>
    /// Accepted units without a picture that a renter pays for who cancels now. Past the deadline they are those of
    /// frames whose picture is still to come: to cancel then costs no more than to wait, and the others are free.
    /// </summary>
    private IEnumerable<DoneUnit> Chargeable()
    {
        if (!IsOverdue)
        {
            return Usable;
        }

        if (!IsAssembling(clock.GetUtcNow()))
        {
            return [];
        }

        var coming = Order.Frames.Where(frame => IsComplete(frame) && IsInTime(frame)).ToHashSet();
        return Usable.Where(done => coming.Contains(_units[done.Unit].Frame));
    }

    /// <summary>A look at a render whose time is over.</summary>
    private async Task Close(DateTimeOffset now, CancellationToken cancel)
    {
        if (!IsAssembling(now) || await books.Owes(render.State.Account, cancel))
        {
            await End(WorkState.Expired, Late, cancel);
            return;
        }

        await BeginClosing(cancel);
        await TellFrames(cancel);
        await LookAtReviews(now, cancel);
        await AssembleReady(now, cancel);
        await EndWhenFinished(cancel);

        if (IsOpen)
        {
            await register.Put([Row(NextLook(now))], cancel);
        }
    }

    /// <summary>Attempts that run are abandoned, and no other frame becomes complete from now on.</summary>
    private async Task BeginClosing(CancellationToken cancel)
    {
        if (render.State.Closing is not null && render.State.Running.Count == 0)
        {
            return;
        }

        var running = render.State.Running;
        await Store(render.State with
        {
            Running = [],
            Closing = render.State.Closing ?? [.. Order.Frames.Where(IsComplete)],
        });
        _waiting.UnionWith(running.Select(held => held.Unit));

        foreach (var unwanted in running)
        {
            await Release(unwanted, isUnwanted: true, cancel);
        }
    }

    /// <summary>Something is made again, and there is time for it.</summary>
    private async Task Reopen()
    {
        if (render.State.Closing is not null && !IsOverdue)
        {
            await Store(render.State with { Closing = null });
        }
    }

    private async Task AssembleReady(DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var frame in Order.Frames.Where(frame => IsComplete(frame) && now >= NotBefore(frame)))
        {
            await Assemble(frame, cancel);
        }
    }
}
