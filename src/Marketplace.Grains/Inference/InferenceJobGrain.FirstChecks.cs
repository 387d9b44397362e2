using Marketplace.Domain.Market.Admission;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Inference;

/// <summary>
/// How a text is checked that the platform cannot check itself, or does not come to: a drawn device of another owner
/// computes it first. What one accepts is accepted, unless a second is drawn to look again; what one doubts is a doubt
/// like the platform's own, which others decide. One device's word alone is nobody's fault.
/// </summary>
internal sealed partial class InferenceJobGrain
{
    /// <summary>
    /// The platform's own check of a text. One that it does not come to within its patience is left to others, where
    /// there are any; else it keeps its place.
    /// </summary>
    private async Task<LogitAuditOutcome> Check(JobProof proof, JobAttempt attempt, CancellationToken limit)
    {
        var text = new LogitAuditRequest(
            Id,
            Order,
            [.. _tokens],
            attempt.Prefix,
            attempt.Provider,
            attempt.Kind,
            attempt.Model,
            proof.Claim);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(limit);
        var own = auditor.Audit(text, leave.Token);

        if (proof.Opinions is not null || !verification.Value.SecondOpinions)
        {
            return await own;
        }

        var (now, over) = (clock.GetUtcNow(), proof.At + verification.Value.PlatformPatience);

        try
        {
            return await own.WaitAsync(now < over ? over - now : TimeSpan.Zero, clock, limit);
        }
        catch (TimeoutException) when (!own.IsCompleted || clock.GetUtcNow() >= over)
        {
            // Too much waits before it.
        }

        var look = await auditor.Look(text, limit);

        if (look is LogitAuditOutcome.Skipped skipped
            && (skipped.Thresholds is not { } thresholds || !await CouldOthers(proof, thresholds, limit)))
        {
            return await own;
        }

        await leave.CancelAsync();
        own.Ignore();
        return look is LogitAuditOutcome.Skipped busy ? busy with { IsBusy = true } : look;
    }

    /// <summary>Asks others first; where nobody could come, what holds is said at once.</summary>
    private async Task AskFirst(
        JobProof proof, LogitAuditOutcome.Skipped skipped, LogitThresholds thresholds, CancellationToken cancel)
    {
        var first = new SecondOpinions(null, null, new(thresholds, []), clock.GetUtcNow())
        {
            Unable = skipped.Why,
            PlatformCan = skipped.IsBusy,
            NeedsTwo = proof.Claim is null,
        };
        first = first with { Turns = await TurnsOf(first, proof, cancel) };
        LogFirstCheck(log, Id, skipped.Why, first.Turns.Count);

        if (first.Turns.Count > 0 && TextTokens(proof).Count > 0)
        {
            await Keep(proof, first, cancel);
            return;
        }

        await StopAsking(proof, first, cancel);
    }

    /// <summary>Devices that could check it, by provider, in the order that the day's secret draws.</summary>
    private async Task<IReadOnlyList<VerifierTurn>> TurnsOf(
        SecondOpinions first, JobProof proof, CancellationToken cancel)
    {
        var (needs, barred) = (NeedsOf(first), BarredFrom(first));
        var able = (await directory.Listed(cancel))
            .Where(offer => !barred.Contains(offer.Provider) && Admit.Check(offer, needs).Count == 0)
            .ToLookup(offer => offer.Provider, offer => offer.Device);
        var draw = proof.Audit.Draw!;

        return
        [
            .. VerifierDraw.Order(
                    secrets.SecretOf(draw), Convert.FromHexString(draw.Root), able.Select(group => group.Key))
                .Take(SecondOpinions.TurnsMax)
                .Select(provider => new VerifierTurn(
                    provider, [.. able[provider].Take(SecondOpinions.TurnDevicesMax)])),
        ];
    }

    /// <summary>Whether anybody is listed who could check a text that the platform does not come to.</summary>
    private async Task<bool> CouldOthers(JobProof proof, LogitThresholds thresholds, CancellationToken cancel) =>
        (await TurnsOf(new(null, null, new(thresholds, []), default), proof, cancel)).Count > 0;

    /// <summary>What a verifier measured of a text that nobody has doubted so far.</summary>
    private async Task HearFirst(
        SecondOpinions asking,
        VerifierAttempt by,
        AuditDelivery told,
        IReadOnlyList<MeasuredPosition> measured,
        CancellationToken cancel)
    {
        var proof = job.State.Proof!;
        var (verdict, faultAt) = VerdictOf(measured, asking.Evidence.Thresholds);
        var heard = asking with
        {
            Asked = null,
            First = verdict,
            FaultAt = faultAt,
            Evidence = asking.Evidence with { Positions = told.Positions },
            By = by,
            Result = told.Result,
        };
        LogOpinion(log, Id, by.Id, by.Device, verdict.Stands ? Opinion.Stands : Opinion.Fails);

        if (asking is { First: not null, By: { } before, Result: { } result } && !verdict.Stands)
        {
            // The one who accepted it is heard, too: now there are two that differ.
            var earlier = MeasuredPosition.Decode(asking.Evidence.Positions)!;
            var doubt = heard with { Heard = [] };
            var said = new AuditDelivery(asking.Evidence.Positions, result);
            await Next(doubt with { Heard = HeardWith(doubt, before, said, earlier) }, cancel);
            return;
        }

        var isCopy = IsCopy(proof, by, measured);

        if (!verdict.Stands || (asking.First is null && (asking.NeedsTwo || isCopy || IsDrawnAgain(proof))))
        {
            await Next(heard with { NeedsTwo = asking.NeedsTwo || isCopy }, cancel);
            return;
        }

        await Accept(proof, heard, cancel);
    }

    /// <summary>What the whole text is by one's numbers: every part held to its own claims.</summary>
    private (LogitVerdict Verdict, int? FaultAt) VerdictOf(
        IReadOnlyList<MeasuredPosition> measured, LogitThresholds thresholds)
    {
        var parts = PartsOf(measured, thresholds);
        var verdicts = VerdictsOn(parts, measured);

        for (var at = 0; at < parts.Count - 1; at++)
        {
            if (!verdicts[at].Stands)
            {
                return (verdicts[at] with { Cause = LogitVerdict.OtherBeginning }, parts[at].From);
            }
        }

        return (verdicts[^1], null);
    }

    private bool IsDrawnAgain(JobProof proof) => VerifierDraw.IsAgain(
        secrets.SecretOf(proof.Audit.Draw!),
        Convert.FromHexString(proof.Audit.Draw!.Root),
        verification.Value.SecondCheckRate);

    /// <summary>
    /// Whether a GPU of another model tells the very bits that the text's device claims. It may: that is no proof of
    /// anything, and one more looks. Processors of one instruction set agree in every bit.
    /// </summary>
    private bool IsCopy(JobProof proof, VerifierAttempt by, IReadOnlyList<MeasuredPosition> measured) =>
        job.State.Attempt is { Kind: not Domain.Devices.DeviceKind.Host } attempt
        && by.Model != attempt.Model
        && proof.Claim is { } claim
        && measured.Skip(attempt.Prefix).SelectMany(one => one.Record.Encode())
            .SequenceEqual(claim.Commitment.Records);

    /// <summary>The text stands by what devices measured.</summary>
    private Task Accept(JobProof proof, SecondOpinions heard, CancellationToken cancel) => Decide(
        proof with
        {
            Opinions = heard,
            Audit = proof.Audit with { Verdict = heard.First, By = heard.By?.Model ?? TextAudit.ByDevice },
        },
        cancel);

    /// <summary>
    /// Nobody else comes. Where the platform can look, it does; else what is known decides as far as it may: a text
    /// that one accepted stands, and one that is doubted, or that two should have seen, stays unchecked.
    /// </summary>
    private async Task StopAsking(JobProof proof, SecondOpinions doubt, CancellationToken cancel)
    {
        if (doubt.IsPlatformsOwn || doubt.PlatformCan)
        {
            await Keep(proof, doubt with { IsOver = true }, cancel);
            Begin();
            return;
        }

        await Settle(proof, doubt, cancel);
    }

    /// <summary>Ends a check of devices alone that is not to go on.</summary>
    private Task Settle(JobProof proof, SecondOpinions doubt, CancellationToken cancel)
    {
        var why = doubt switch
        {
            { First: null } => "no other device has",
            { First.Stands: true, NeedsTwo: true } => "only one device has, where two are needed",
            { First.Stands: true } => null,
            { Heard: [] } => "one device doubts it, and no other has looked",
            _ => "devices disagree",
        };

        return why is null
            ? Accept(proof, doubt, cancel)
            : Decide(
                proof with
                {
                    Opinions = doubt,
                    Audit = proof.Audit with { Skipped = $"{doubt.Unable}, and {why}" },
                },
                cancel);
    }

    /// <summary>A text that one doubted and nobody acquitted is paid, and its device is watched.</summary>
    private async Task WatchDoubted(JobProof proof, CancellationToken cancel)
    {
        if (proof.Opinions is { First.Stands: false } doubt && doubt.Heard.All(one => one.Opinion != Opinion.Stands))
        {
            var attempt = job.State.Attempt!;
            var maker = job.State.Makers.FirstOrDefault(part => doubt.FaultAt >= part.From && doubt.FaultAt < part.To);
            await Standing(maker?.Device ?? attempt.Device).Doubted(maker?.Attempt ?? attempt.Id, cancel);
        }
    }
}
