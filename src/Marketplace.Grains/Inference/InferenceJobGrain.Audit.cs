using Marketplace.Domain;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>
/// How a text is checked: what the device committed to is stored, and only then is it drawn. One that is drawn keeps
/// its escrow untouched until there is a verdict.
/// </summary>
internal sealed partial class InferenceJobGrain
{
    private TextAudit? _audit;
    private Task _auditing = Task.CompletedTask;

    private bool IsAuditing => job.State.Proof is not null;

    public async Task Judge(string root, LogitAuditOutcome outcome, CancellationToken cancel = default)
    {
        if (!IsOpen || job.State.Proof is not { } proof || proof.Audit.Draw!.Root != root)
        {
            return;
        }

        if (outcome is not LogitAuditOutcome.Judged { Verdict: var verdict })
        {
            await Skip(((LogitAuditOutcome.Skipped)outcome).Why, cancel);
            return;
        }

        var attempt = job.State.Attempt!;
        (_result, _audit) = (proof.Result, proof.Audit with { Verdict = verdict });
        instruments.Audited(WorkKind.Text, _audit.Word);

        // Told before the end is stored: asked again after a crash, the same verdict is told again, and counts once.
        await Standing(attempt).Judged(attempt.Id, ChargeOf(attempt, proof.PromptTokens), verdict, cancel);

        if (!verdict.Stands)
        {
            LogFailedAudit(log, Id, attempt.Id, attempt.Device, verdict.Cause!);
            await proofs.Record(attempt.Id, attempt.Provider, attempt.Device, Id.Value, "failed-audit", cancel);
            await GrainFactory.GetGrain<IDeviceGrain>(attempt.Device.Value).FailAudit(attempt.Id, Id.Value, cancel);
        }

        checkpoint.Reach(Checkpoints.ProofDecided);
        await (verdict.Stands ? EndProven(proof, cancel) : EndFailed(verdict, cancel));
    }

    private IAuditStandingGrain Standing(JobAttempt attempt) => GrainFactory.GetGrain<IAuditStandingGrain>(
        AuditStandingGrain.KeyOf(attempt.Device, Order.ModelSha256));

    private Usdc ChargeOf(JobAttempt attempt, int prompt) => TokenPrice.Charge(Order, attempt.Ask, prompt, _tokens.Count);

    private async Task<TextAudit> Draw(TextDelivery delivery, int prompt, CancellationToken cancel)
    {
        if (delivery is not { Commitment: { } commitment, Result: not null } || Order.ModelBytes == 0)
        {
            return new(null);
        }

        var attempt = job.State.Attempt!;
        var rate = await Standing(attempt).Rate(ChargeOf(attempt, prompt), cancel);
        var day = AuditSecrets.DayOf(clock.GetUtcNow());
        return new(AuditDraw.Of(commitment.Root(), day, secrets.Of(day), rate));
    }

    /// <summary>The device has done its part; the check is the platform's.</summary>
    private async Task Await(TextDelivery delivery, int prompt, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await Store(Current() with
        {
            Proof = new(
                _audit!, delivery.Commitment!, delivery.FinishReason, prompt, delivery.Result!, now),
        });
        checkpoint.Reach(Checkpoints.ProofDrawn);

        // Should this host die, the sweep finds it.
        await register.Put([Row(now + market.Value.LookRunning)], cancel);
        await Release(job.State.Attempt!, isUnwanted: false, cancel);
        Resume();
    }

    /// <summary>Begins the check that is due, unless it runs.</summary>
    private void Resume()
    {
        if (!IsOpen || job.State.Proof is not { } proof || !_auditing.IsCompleted)
        {
            return;
        }

        DelayDeactivation(verification.Value.AuditLimit);
        _auditing = Audit(proof, job.State.Attempt!);
    }

    /// <summary>
    /// Runs beside the grain's own calls and touches nothing of its state: the verdict comes back as a call.
    /// </summary>
    private async Task Audit(JobProof proof, JobAttempt attempt)
    {
        var me = this.AsReference<IAuditedJobGrain>();
        Token[] tokens = [.. _tokens];

        try
        {
            var device = await GrainFactory.GetGrain<IDeviceGrain>(attempt.Device.Value).Describe();
            var outcome = await auditor.Audit(new(
                Id,
                Order,
                tokens,
                attempt.Prefix,
                proof.FinishReason,
                proof.Result.PublicKey,
                device?.Spec.Kind ?? DeviceKind.Host,
                proof.Commitment));

            await me.Judge(proof.Audit.Draw!.Root, outcome);
        }
        catch (Exception fault)
        {
            // The sweep begins it again, and gives it up when it takes too long.
            LogBrokenAudit(log, fault, Id);
        }
    }

    /// <summary>Begins the check again, or gives it up: what the platform cannot check is paid for.</summary>
    private async Task LookAtAudit(DateTimeOffset now, CancellationToken cancel)
    {
        var limit = verification.Value.AuditLimit;

        if (now >= job.State.Proof!.At + limit)
        {
            await Skip($"no verdict within {limit}", cancel);
            return;
        }

        Resume();
        await register.Put([Row(now + market.Value.LookRunning)], cancel);
    }

    private async Task Skip(string why, CancellationToken cancel)
    {
        var proof = job.State.Proof!;
        (_result, _audit) = (proof.Result, proof.Audit with { Skipped = why });
        LogSkippedAudit(log, Id, job.State.Attempt!.Id, why);
        instruments.Audited(WorkKind.Text, _audit.Word);
        await EndProven(proof, cancel);
    }

    /// <summary>The whole escrow goes back.</summary>
    private Task EndFailed(LogitVerdict verdict, CancellationToken cancel) => End(
        WorkState.Failed,
        new("failed-audit", $"The text was computed again and does not stand: {verdict.Cause}.", CausedBy.Provider),
        (0, 0),
        null,
        cancel);

    private Task EndProven(JobProof proof, CancellationToken cancel) => End(
        WorkState.Succeeded, null, (proof.PromptTokens, _tokens.Count), proof.FinishReason, cancel);
}
