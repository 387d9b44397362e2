using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Verification;

namespace Marketplace.Grains.Renders;

/// <summary>
/// What follows from a rejection: the platform traces parts of the frame's units again, one frame after the other
/// beside the grain's own calls. A crash forgets no check: the frame is stored as rejected, and the sweep begins again.
/// </summary>
internal sealed partial class RenderGrain : IRecheckedRenderGrain
{
    private Task _checking = Task.CompletedTask;
    private FrameCheck? _check;

    public async Task<bool> BeginCheck(int frame, int rejection, CancellationToken cancel = default)
    {
        if (!IsOpen || ReviewOf(frame) is not { State: FrameReviewState.Checking } review
            || review.Rejections != rejection)
        {
            return false;
        }

        if (review.CheckedFrom is null)
        {
            var now = clock.GetUtcNow();
            await Store(render.State with { Reviews = Changed([frame], known => known.BeginCheck(now)) });
        }

        return true;
    }

    public async Task JudgeFrame(
        int frame, int rejection, IReadOnlyList<UnitFinding> findings, CancellationToken cancel = default)
    {
        if (!IsOpen || ReviewOf(frame) is not { State: FrameReviewState.Checking } review
            || review.Rejections != rejection)
        {
            return;
        }

        var verdicts = findings.ToDictionary(
            finding => finding.Attempt, finding => (finding.Outcome as UnitAuditOutcome.Judged)?.Verdict);
        var units = await Record(frame).Units(cancel);
        var bad = units.Where(unit => LeafOf(unit) == LeafVerdict.Rejected).ToArray();
        var near = units.Where(unit => LeafOf(unit) == LeafVerdict.ThirdOpinion && !IsDoubtedEnough(unit)).ToArray();

        if (bad.Length + near.Length > 0)
        {
            await TakeBack(review, units, [.. bad.Select(unit => (unit, verdicts[unit.Attempt]!))], near, cancel);
            return;
        }

        var traced = verdicts.Values.Count(verdict => verdict is not null);
        await Uphold(
            review,
            traced == 0
                ? $"None of its {units.Count} units could be checked."
                : $"{traced} of its {units.Count} units were traced again in part, and they stand.",
            cancel);

        LeafVerdict? LeafOf(DoneUnit unit) => verdicts.GetValueOrDefault(unit.Attempt)?.Leaf;
    }

    private bool IsDoubtedEnough(DoneUnit unit) =>
        render.State.Doubts.Count(doubt => doubt.Unit == unit.Unit) >= RenderLimits.DoubtsMax;

    private async Task Uphold(FrameReview review, string finding, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await Store(render.State with
        {
            Reviews = Changed([review.Frame], upheld => upheld.Uphold(finding, now)),
        });
        await register.Put([Row(NextLook(now))], cancel);
    }

    /// <summary>
    /// The frame's picture is taken back, and nobody is paid for it as it was. What stands of it is used again; what
    /// does not, and whatever else of the frame the same devices made, goes to others. The rejected units are stored as
    /// such, so that what follows for their devices is not lost.
    /// </summary>
    private async Task TakeBack(
        FrameReview review,
        IReadOnlyList<DoneUnit> units,
        IReadOnlyList<(DoneUnit Unit, UnitVerdict Verdict)> bad,
        DoneUnit[] near,
        CancellationToken cancel)
    {
        var (now, shares) = (clock.GetUtcNow(), render.State.Shares);
        var cheats = bad.Select(found => shares[found.Unit.Share].Device).ToHashSet();
        var gone = bad.Select(found => found.Unit).Concat(near).ToHashSet();
        var kept = units
            .Where(unit => !gone.Contains(unit) && !cheats.Contains(shares[unit.Share].Device))
            .ToArray();
        DoneUnit[] rejected = [.. bad.Select(found => found.Unit with { Audit = AuditOf(found), Proof = null })];
        var open = units.Except(kept).Except(bad.Select(found => found.Unit)).ToArray();
        var finding = $"{bad.Count + near.Length} of its units do not stand: they are made again, free of charge.";

        var last = render.State.Frames.Last(known => known.Frame == review.Frame);

        await Store(render.State with
        {
            Frames =
            [
                .. render.State.Frames.Select(
                    known => ReferenceEquals(known, last) ? known with { IsDropped = true } : known),
            ],
            Done = [.. render.State.Done, .. kept, .. rejected],
            Shares = Doubted(Uncredited(units), near),
            Doubts = [.. render.State.Doubts, .. near.Select(unit => new UnitDoubt(unit.Unit, DeviceOf(unit), now))],
            Bars = Barred(review.Frame, gone.Concat(open)),
            Looks = Reopened(units.Where(unit => cheats.Contains(shares[unit.Share].Device)).Select(unit => unit.Unit)),
            Reviews = Changed([review.Frame], known => known.Remake(finding, now)),
            Review = render.State.Review.End(now, Spent(now)),
        });
        _waiting.UnionWith(open.Select(unit => unit.Unit));
        _accepted.ExceptWith(open.Select(unit => unit.Attempt));
        _accepted.UnionWith(kept.Concat(rejected).Select(unit => unit.Attempt));
        LogTakenBack(log, Id, review.Frame, bad.Count, near.Length);

        foreach (var unit in rejected)
        {
            instruments.Audited(Domain.Market.WorkKind.Render, TextAudit.Failed, FindingMeasure.Platform);
            await ThrowAway(unit, cancel);
        }

        if (IsOpen)
        {
            // Due at once: the sweep brings it to the books again.
            await register.Put([Row(now)], cancel);
        }
    }

    private DeviceId DeviceOf(DoneUnit unit) => render.State.Shares[unit.Share].Device;

    private IReadOnlyList<FrameBar> Barred(int frame, IEnumerable<DoneUnit> units) =>
        [.. render.State.Bars.Concat(units.Select(unit => new FrameBar(frame, DeviceOf(unit)))).Distinct()];

    private static RenderShare[] Doubted(RenderShare[] shares, DoneUnit[] near)
    {
        foreach (var unit in near)
        {
            var audits = shares[unit.Share].Audits;
            shares[unit.Share] = shares[unit.Share] with { Audits = audits with { Doubted = audits.Doubted + 1 } };
        }

        return shares;
    }

    /// <summary>A unit whose device committed to nothing is bound by the hash of its sums all the same.</summary>
    private UnitAudit AuditOf((DoneUnit Unit, UnitVerdict Verdict) found) => new(
        found.Unit.Audit?.Draw
            ?? new(found.Unit.Sha256, AuditSecrets.DayOf(clock.GetUtcNow()), AuditDraw.Million, IsDrawn: true),
        found.Verdict);

    /// <summary>
    /// A check without an end is judged by what it found until then. Where that is nothing the renter has the word
    /// again: a frame that nobody looked at is not found sound.
    /// </summary>
    private async Task EndLateChecks(DateTimeOffset now, CancellationToken cancel)
    {
        var limit = verification.Value.AuditLimit;

        foreach (var late in render.State.Reviews
            .Where(review => review.State == FrameReviewState.Checking && now >= review.CheckedFrom + limit)
            .ToArray())
        {
            var check = _check is { } known && known.IsOf(late) ? known : null;

            if (check?.Found.Values.Any(outcome => outcome is UnitAuditOutcome.Judged) == true)
            {
                await JudgeFrame(late.Frame, late.Rejections, check.Findings(), cancel);
            }
            else
            {
                var finding = $"None of it could be checked within {limit}: reject it again, or approve it.";
                var window = options.Value.AutoApproveAfter;
                await Store(render.State with
                {
                    Reviews = Changed([late.Frame], review => review.GiveBack(finding, now, window)),
                });
            }

            // Other frames wait for the one that does not end.
            await (check?.Ends.CancelAsync() ?? Task.CompletedTask);
        }
    }

    private void ResumeChecks()
    {
        if (IsOpen && _checking.IsCompleted && IsChecking)
        {
            DelayDeactivation(verification.Value.AuditLimit);
            _checking = CheckRejected();
        }
    }

    /// <summary>The frame whose check has begun, else the first that waits for one; null if none.</summary>
    private FrameReview? NextToCheck() => render.State.Reviews
        .Where(review => review.State == FrameReviewState.Checking)
        .OrderBy(review => review.CheckedFrom is null)
        .FirstOrDefault();

    /// <summary>
    /// Changes nothing of the grain's state: that a check begins, and each frame's findings, come back as calls.
    /// </summary>
    private async Task CheckRejected()
    {
        var me = this.AsReference<IRecheckedRenderGrain>();

        try
        {
            while (IsOpen && NextToCheck() is { } review)
            {
                if (!await me.BeginCheck(review.Frame, review.Rejections))
                {
                    continue;
                }

                var check = _check is { } known && known.IsOf(review) ? known : new(review.Frame, review.Rejections);
                _check = check;

                if (!await Find(check, review))
                {
                    // The sweep asks for the rest, until the check's time is over.
                    return;
                }

                await me.JudgeFrame(review.Frame, review.Rejections, check.Findings());
            }
        }
        catch (Exception fault)
        {
            // The sweep begins it again, and gives it up when it takes too long.
            LogBrokenAudit(log, fault, Id);
        }
    }

    /// <summary>Checks what is not yet; false when the queue had no room for one of the units.</summary>
    private async Task<bool> Find(FrameCheck check, FrameReview review)
    {
        var isWhole = true;

        foreach (var unit in DrawUnits(review, await Record(review.Frame).Units()))
        {
            if (check.Found.ContainsKey(unit.Attempt) || check.Ends.IsCancellationRequested)
            {
                continue;
            }

            try
            {
                var ends = check.Ends.Token;
                check.Found[unit.Attempt] = await auditor.Recheck(RecheckOf(unit), ends).WaitAsync(ends);
            }
            catch (OperationCanceledException) when (check.Ends.IsCancellationRequested)
            {
                // It was judged by what was found before.
            }
            catch (Exception fault)
            {
                // What the others tell is not lost with it.
                LogBrokenAudit(log, fault, Id);
                isWhole = false;
            }
        }

        return isWhole;
    }

    /// <summary>
    /// Units to look at, drawn by a secret that nobody knew when they were made: one of each device first, those that
    /// were never checked before those that were.
    /// </summary>
    private IEnumerable<DoneUnit> DrawUnits(FrameReview review, IReadOnlyList<DoneUnit> units)
    {
        var secret = secrets.SecretOf(AuditSecrets.DayOf(review.DecidedAt ?? review.DeliveredAt));

        return units
            .OrderBy(unit => unit.Audit is { HasPassed: true })
            .ThenBy(unit => Convert.ToHexString(HMACSHA256.HashData(secret, Bound(unit))), StringComparer.Ordinal)
            .GroupBy(unit => unit.Share)
            .SelectMany(device => device.Select((unit, rank) => (unit, rank)))
            .OrderBy(ranked => ranked.rank)
            .Take(RenderLimits.RecheckedUnitsMax)
            .Select(ranked => ranked.unit);
    }

    private UnitRecheckRequest RecheckOf(DoneUnit done)
    {
        var unit = _units[done.Unit];
        var blocks = UnitRecheckRequest.BlockCount(unit);
        var secret = secrets.SecretOf(AuditSecrets.DayOf(clock.GetUtcNow()));

        return new(
            Id,
            render.State.Account,
            Order,
            new(unit, done.Sha256, done.Bytes),
            UnitCommitment.DrawInOrder(secret, SHA256.HashData(Bound(done)), blocks, blocks));
    }

    private static byte[] Bound(DoneUnit unit) => Encoding.UTF8.GetBytes($"{unit.Attempt} {unit.Sha256}");
}
