using Marketplace.Domain.Leases;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>
/// What happened to each frame, read off two states that follow on one another: what is stored is told, and nothing
/// else.
/// </summary>
internal sealed partial class RenderGrain
{
    // Words of rigs and renters: enough to know what was meant.
    private const int DetailMax = 200;

    public async Task<IReadOnlyList<FrameEvent>?> Log(int frame, CancellationToken cancel = default)
    {
        if (render.State.Order is null || WhyNotThere(frame) is not null)
        {
            return null;
        }

        var pictures = render.State.Frames
            .Where(made => made.Frame == frame && made.At is not null)
            .Select(made => new FrameEvent(made.At!.Value, frame, FrameEventKind.Assembled));

        return
        [
            .. (await Record(frame).Events(cancel))
                .Concat(pictures)
                .Concat(render.State.Events.Where(known => known.Frame == frame))
                .OrderBy(known => known.At),
        ];
    }

    public Task<IReadOnlyList<UnitFile>?> Sums(int frame, CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<UnitFile>?>(render.State.Order is null || WhyNotThere(frame) is not null
            ? null
            :
            [
                .. Usable.Where(done => _units[done.Unit].Frame == frame)
                    .OrderBy(done => done.Unit)
                    .Select(done => new UnitFile(_units[done.Unit], done.Sha256, done.Bytes)),
            ]);

    /// <summary>
    /// The frame's record: how its picture came about, and where its renter may reject it, of which units it is made.
    /// </summary>
    private Task KeepRecord(int frame, IReadOnlyList<DoneUnit> units, CancellationToken cancel)
    {
        var number = render.State.Frames.Count(made => made.Frame == frame) + 1;
        var noted = render.State.Events.Where(known => known.Frame == frame).ToArray();
        return Record(frame).Keep(new(number, noted), Order.IsReviewed() ? units : [], cancel);
    }

    private RenderState Noted(RenderState before, RenderState next)
    {
        if (_units.Length == 0)
        {
            return next;
        }

        // What led to a picture is in the frame's record by now.
        var made = next.Frames.Skip(before.Frames.Count).Select(frame => frame.Frame).ToHashSet();
        FrameEvent[] told = [.. OfAttempts(before, next), .. OfUnits(before, next, made), .. OfFrames(before, next)];

        if (told.Length == 0 && made.Count == 0)
        {
            return next;
        }

        var kept = next.Events.Where(known => !made.Contains(known.Frame)).Concat(told)
            .GroupBy(known => known.Frame)
            .SelectMany(frame => frame.TakeLast(RenderLimits.FrameEventsMax))
            .OrderBy(known => known.At)
            .TakeLast(RenderLimits.EventsMax);

        return next with { Events = [.. kept] };
    }

    private IEnumerable<FrameEvent> OfAttempts(RenderState before, RenderState next)
    {
        var now = clock.GetUtcNow();
        var known = before.Running.Select(running => running.Id).ToHashSet();
        var still = next.Running.Select(running => running.Id).ToHashSet();
        var done = next.Done.Count > 0 ? next.Done.ToLookup(unit => unit.Attempt) : null;

        foreach (var running in next.Running.Where(running => !known.Contains(running.Id)))
        {
            yield return About(now, FrameEventKind.Given, running.Unit, running.Id, running.Device, null);
        }

        foreach (var running in before.Running.Where(running => !still.Contains(running.Id)))
        {
            var unit = done?[running.Id].FirstOrDefault();
            var detail = unit switch
            {
                { IsPending: true } => "drawn to be checked",
                not null => null,
                null => ReferenceEquals(before.LastFailure, next.LastFailure) ? null : next.LastFailure?.Detail,
            };
            var what = unit is null ? FrameEventKind.Ended : FrameEventKind.Delivered;
            yield return About(now, what, running.Unit, running.Id, running.Device, detail);
        }
    }

    private IEnumerable<FrameEvent> OfUnits(RenderState before, RenderState next, HashSet<int> made)
    {
        if (ReferenceEquals(before.Done, next.Done))
        {
            yield break;
        }

        var now = clock.GetUtcNow();
        var kept = next.Done.ToDictionary(unit => unit.Attempt);

        foreach (var unit in before.Done)
        {
            var device = next.Shares[unit.Share].Device;

            if (!kept.TryGetValue(unit.Attempt, out var after))
            {
                if (!made.Contains(_units[unit.Unit].Frame))
                {
                    yield return About(
                        now, FrameEventKind.ThrownAway, unit.Unit, unit.Attempt, device, unit.Audit?.Verdict?.Cause);
                }
            }
            else if (unit.IsPending && !after.IsPending)
            {
                yield return About(
                    now, FrameEventKind.Judged, unit.Unit, unit.Attempt, device, Words(after.Audit!));
            }
        }
    }

    private IEnumerable<FrameEvent> OfFrames(RenderState before, RenderState next)
    {
        var now = clock.GetUtcNow();

        foreach (var begun in next.Assemblies.Except(before.Assemblies).Where(one => !one.IsOutdated))
        {
            yield return new(
                now, begun.Frame, FrameEventKind.Assembling, Detail: FormattableString.Invariant($"try {begun.Tries}"));
        }

        if (ReferenceEquals(before.Reviews, next.Reviews))
        {
            yield break;
        }

        var known = before.Reviews.ToDictionary(review => review.Frame, review => review.State);

        foreach (var review in next.Reviews)
        {
            if (known.TryGetValue(review.Frame, out var state) && state != review.State
                && KindOf(review.State) is { } what)
            {
                yield return new(now, review.Frame, what, Detail: Short(
                    what == FrameEventKind.Rejected ? review.Reason
                    : what == FrameEventKind.Approved ? null
                    : review.Finding ?? "as new work"));
            }
        }
    }

    private FrameEvent About(
        DateTimeOffset now,
        FrameEventKind what,
        int unit,
        AttemptId attempt,
        Domain.Devices.DeviceId device,
        string? detail) => new(now, _units[unit].Frame, what, unit, attempt, device, Short(detail));

    private static FrameEventKind? KindOf(FrameReviewState state) => state switch
    {
        FrameReviewState.Checking => FrameEventKind.Rejected,
        FrameReviewState.Upheld => FrameEventKind.Upheld,
        FrameReviewState.Approved => FrameEventKind.Approved,
        FrameReviewState.Remaking => FrameEventKind.Remade,
        _ => null,
    };

    private static string Words(UnitAudit audit) => audit switch
    {
        { HasPassed: true } => "it stands",
        { Verdict.Cause: { } cause } => cause,
        _ => $"not checked: {audit.Skipped}",
    };

    private static string? Short(string? text) => text?.Length > DetailMax ? text[..DetailMax] : text;
}
