using Marketplace.Domain;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>
/// How a text is checked: what the device committed to is stored, and only then is it drawn. One that is drawn keeps
/// its escrow untouched until its verdict is stored.
/// </summary>
internal sealed partial class InferenceJobGrain
{
    private TextAudit? _audit;
    private IReadOnlyList<FindingId> _findings = [];
    private Task _auditing = Task.CompletedTask;
    private int _broken;

    private bool IsAuditing => job.State.Proof is not null;

    private bool IsPlatformsTurn => job.State.Proof is { Audit.IsPending: true, IsPlatformsTurn: true };

    public async Task Judge(string root, LogitAuditOutcome outcome, CancellationToken cancel = default)
    {
        if (job.State.Proof is not { } proof)
        {
            await JudgeLate(root, outcome, cancel);
            return;
        }

        // Where others are asked already, they decide.
        if (!IsOpen || proof.Audit.Draw!.Root != root || !proof.Audit.IsPending || proof.Opinions is { IsOver: false })
        {
            return;
        }

        if (proof is { Opinions: null, Vectors: null }
            && verification.Value.SecondOpinions
            && outcome is LogitAuditOutcome.Skipped { Thresholds: { } thresholds } skipped)
        {
            await AskFirst(proof, skipped, thresholds, cancel);
            return;
        }

        if (proof.Opinions is null or { IsPlatformsOwn: false, IsUndoubted: true }
            && verification.Value.SecondOpinions
            && outcome is LogitAuditOutcome.Judged { Verdict.Stands: false, Evidence: not null } doubted)
        {
            await Ask(proof, doubted, cancel);
            return;
        }

        if (proof.Opinions is { IsPlatformsOwn: false } first && outcome is LogitAuditOutcome.Skipped)
        {
            await Settle(proof, first, cancel);
            return;
        }

        await Decide(
            Again(proof, outcome) switch
            {
                LogitAuditOutcome.Judged judged => proof with
                {
                    Audit = proof.Audit with { Verdict = judged.Verdict, By = FindingMeasure.Platform },
                    FaultAt = judged.FaultAt,
                    Evidence = judged.Evidence,
                    Ordered = judged.Ordered,
                },
                LogitAuditOutcome.Undecidable unknown => proof with
                {
                    Audit = proof.Audit with { Skipped = unknown.Why },
                    IsVoid = true,
                },
                _ => proof with
                {
                    Audit = proof.Audit with { Skipped = ((LogitAuditOutcome.Skipped)outcome).Why },
                },
            },
            cancel);
    }

    /// <summary>What the second run says; where it says nothing, what the first has said.</summary>
    private static LogitAuditOutcome Again(JobProof proof, LogitAuditOutcome outcome) =>
        proof.Opinions is { IsPlatformsOwn: true } doubt && outcome is not LogitAuditOutcome.Judged
            ? new LogitAuditOutcome.Judged(doubt.First!, doubt.FaultAt)
            : outcome;

    private IAuditStandingGrain Standing(DeviceId device) => GrainFactory.GetGrain<IAuditStandingGrain>(
        AuditStandingGrain.KeyOf(device, Order.ModelSha256));

    /// <summary>Of so many tokens that the current attempt has made.</summary>
    private async Task<TextAudit> Draw(byte[] root, int prompt, int made, CancellationToken cancel)
    {
        var attempt = job.State.Attempt!;
        var rate = Order.IsAlwaysChecked
            ? 1
            : await Standing(attempt.Device).Rate(TokenPrice.Charge(Order, attempt.Ask, prompt, made), cancel);
        return new(secrets.Draw(root, rate));
    }

    /// <summary>
    /// Ends a text before its end. What was made of it is billed, and is checked as a whole text would be: else a
    /// device that never ends its texts would never be.
    /// </summary>
    private async Task Cut(WorkState final, Ending why, CancellationToken cancel)
    {
        var made = await Owed(cancel);
        (_result, _audit, _cachedTokens) = (null, null, 0);

        if (made.Output > 0 && Order.ModelBytes > 0 && verification.Value.RequireCommitments)
        {
            var root = UncommittedText.Root(Id.Value, job.State.Attempt!.Id.Value, _tokens.Select(token => token.Id));
            _audit = await Draw(root, made.Prompt, made.Output, cancel);
        }

        if (_audit is not { IsPending: true })
        {
            await End(final, why, made, null, cancel);
            return;
        }

        if (_stage == WorkState.Running)
        {
            Move(WorkState.Verifying);
        }

        await Await(new(_audit, null, made.Prompt, clock.GetUtcNow(), final, why), isUnwanted: true, cancel);
        Tell();
    }

    /// <summary>The device has done its part; the check is the platform's.</summary>
    private async Task Await(JobProof proof, bool isUnwanted, CancellationToken cancel)
    {
        await Store(Current() with { Proof = proof });
        checkpoint.Reach(Checkpoints.ProofDrawn);
        Tell();

        // Should this host die, the sweep finds it.
        await register.Put([Row(clock.GetUtcNow() + market.Value.LookRunning)], cancel);
        await Release(job.State.Attempt!, isUnwanted, cancel);
        Begin();
    }

    /// <summary>Goes on with a check that an earlier activation had begun.</summary>
    private async Task Resume(CancellationToken cancel)
    {
        if (!IsOpen || job.State.Proof is not { Audit.IsPending: true, IsPlatformsTurn: true } proof)
        {
            return;
        }

        if (proof.Tries >= JobProof.TriesMax)
        {
            await Decide(
                proof with
                {
                    Audit = proof.Audit with { Skipped = $"its check broke off {proof.Tries} times" },
                    IsVoid = true,
                },
                cancel);
            return;
        }

        await Store(Current() with { Proof = proof with { Tries = proof.Tries + 1 } });
        Begin();
    }

    /// <summary>Begins the check that is due, unless it runs.</summary>
    private void Begin()
    {
        if (_auditing.IsCompleted && IsPlatformsTurn)
        {
            DelayDeactivation(verification.Value.AuditLimit);
            _auditing = Audit(job.State.Proof!, job.State.Attempt!);
        }
    }

    /// <summary>
    /// Runs beside the grain's own calls and touches nothing that is stored: the verdict comes back as a call.
    /// </summary>
    private async Task Audit(JobProof proof, JobAttempt attempt)
    {
        _checked = proof.Claim;
        var me = this.AsReference<IAuditedJobGrain>();
        var root = proof.Audit.Draw!.Root;
        var left = proof.At + verification.Value.AuditLimit - clock.GetUtcNow();

        if (left <= TimeSpan.Zero)
        {
            return;
        }

        using var limit = new CancellationTokenSource(left, clock);

        try
        {
            var outcome = await (proof.Vectors is { } vectors
                ? auditor.Audit(new VectorAuditRequest(Order, vectors.Output, attempt.Provider), limit.Token)
                : Check(proof, attempt, limit.Token));
            await me.Judge(root, outcome, CancellationToken.None);

            if (proof.Opinions is null && job.State.Proof?.Opinions is { IsOver: true } && IsPlatformsTurn)
            {
                // Nobody else can look at it: this is the second run.
                await Audit(job.State.Proof!, attempt);
            }
        }
        catch (Exception fault)
        {
            // The sweep begins it again; what breaks every time is of no use to anybody.
            LogBrokenAudit(log, fault, Id);

            if (fault is not (TimeoutException or OperationCanceledException) && ++_broken == JobProof.TriesMax)
            {
                me.Judge(root, new LogitAuditOutcome.Undecidable("its check breaks"), CancellationToken.None).Ignore();
            }
        }
    }

    /// <summary>Goes on with what the sweep finds: a check to begin, to give up, or to post.</summary>
    private async Task LookAtAudit(DateTimeOffset now, CancellationToken cancel)
    {
        var (proof, limit) = (job.State.Proof!, verification.Value.AuditLimit);

        if (!proof.Audit.IsPending)
        {
            await Conclude(cancel);
            return;
        }

        if (now >= proof.At + limit)
        {
            await DecideLate(proof, limit, cancel);
            return;
        }

        if (proof.Opinions is { IsOver: false } doubt)
        {
            await LookAtOpinions(doubt, now, cancel);
            return;
        }

        Begin();
        await register.Put([Row(now + market.Value.LookRunning)], cancel);
    }

    /// <summary>What the platform cannot check in time is paid for; what it found at fault is not.</summary>
    private Task DecideLate(JobProof proof, TimeSpan limit, CancellationToken cancel) => proof.Opinions switch
    {
        { IsPlatformsOwn: false } devices => Settle(proof, devices, cancel),
        { First: { } first } late => Decide(
            proof with
            {
                Audit = proof.Audit with { Verdict = first, By = FindingMeasure.Platform },
                FaultAt = late.FaultAt,
            },
            cancel),
        _ => Decide(
            proof with { Audit = proof.Audit with { Skipped = $"no verdict within {limit}" } }, cancel),
    };

    /// <summary>What was found is stored before anybody is told, so that it stays the same.</summary>
    private async Task Decide(JobProof decided, CancellationToken cancel)
    {
        decided = decided with { DecidedAt = clock.GetUtcNow() };
        await Store(Current() with { Proof = decided });
        instruments.Audited(Order.Needs.Kind, decided.Audit.Word, decided.Audit.ByWord);
        checkpoint.Reach(Checkpoints.ProofDecided);
        await Conclude(cancel);
    }

    /// <summary>Tells who it concerns, and ends the job. Safe to repeat.</summary>
    private async Task Conclude(CancellationToken cancel)
    {
        var (proof, attempt) = (job.State.Proof!, job.State.Attempt!);
        (_result, _audit) = (proof.Claim?.Result ?? proof.Vectors, proof.Audit);
        _findings = await KeepFinding(proof, cancel);
        _cachedTokens = proof.Claim?.CachedTokens ?? 0;

        if (proof.Audit.Skipped is { } why)
        {
            LogSkippedAudit(log, Id, attempt.Id, why);
            await WatchDoubted(proof, cancel);
        }
        else
        {
            await TellVerdict(proof, attempt, cancel);
            await MarkOddOnes(proof, cancel);
        }

        var stands = !proof.IsVoid && proof.Audit.Verdict?.Stands != false;
        var end = proof.IsVoid
            ? new Ending(
                "unverifiable", $"Nobody can say whether the result stands: {proof.Audit.Skipped}.", CausedBy.Platform)
            : new(
                "failed-audit",
                $"The result was computed again and does not stand: {proof.Audit.Verdict?.Cause}.",
                CausedBy.Provider);

        await (stands
            ? End(
                proof.Final, proof.Ending, (proof.PromptTokens, Made()), proof.Claim?.FinishReason, cancel)
            : End(WorkState.Failed, end, (0, 0), null, cancel));
    }

    private async Task TellVerdict(JobProof proof, JobAttempt attempt, CancellationToken cancel)
    {
        var verdict = proof.Audit.Verdict!;

        if (proof.FaultAt is not { } at)
        {
            var charge = TokenPrice.Charge(Order, attempt.Ask, proof.PromptTokens, Made());
            await Standing(attempt.Device).Judged(attempt.Id, charge, verdict, cancel);

            if (!verdict.Stands)
            {
                await Blame(attempt.Id, attempt.Device, attempt.Provider, verdict, cancel);
            }
        }
        else if (job.State.Makers.FirstOrDefault(part => at >= part.From && at < part.To) is { } maker)
        {
            await Standing(maker.Device).Judged(maker.Attempt, Usdc.Zero, verdict, cancel);
            await Blame(maker.Attempt, maker.Device, maker.Provider, verdict, cancel);
        }
    }

    private async Task Blame(
        AttemptId attempt, DeviceId device, ProviderId provider, LogitVerdict verdict, CancellationToken cancel)
    {
        LogFailedAudit(log, Id, attempt, device, verdict.Cause!);
        await proofs.Record(attempt, provider, device, Id.Value, "failed-audit", cancel);
        await GrainFactory.GetGrain<IDeviceGrain>(device.Value).FailAudit(attempt, Id.Value, cancel);
    }

    /// <summary>
    /// A verdict for a text that was paid for without it: the money stays where it is, and the device is blamed; for
    /// numbers alone it is only watched.
    /// </summary>
    private async Task JudgeLate(string root, LogitAuditOutcome outcome, CancellationToken cancel)
    {
        if (outcome is LogitAuditOutcome.Judged { FaultAt: null, Verdict: { Stands: false } verdict } judged
            && job.State.Settlement is { Audit: { Skipped: not null } audit, Attempt: { } attempt } end
            && audit.Draw?.Root == root)
        {
            await KeepLate(judged, end, cancel);

            if (judged.Evidence is not null)
            {
                // What is a matter of numbers is nobody's fault before a second opinion, and nobody waits for one now.
                await Standing(attempt.Device).Doubted(attempt.Id, cancel);
                return;
            }

            await Standing(attempt.Device).Judged(attempt.Id, Usdc.Zero, verdict, cancel);
            await Blame(attempt.Id, attempt.Device, attempt.Provider, verdict, cancel);
        }
    }
}
