using Marketplace.Domain.Inference;
using Orleans.Storage;

namespace Marketplace.Grains.Inference;

/// <summary>
/// An attempt is known in memory first, and most are over within milliseconds: it is stored with its end. One that
/// lasts is stored before its first token is taken, or after a moment of silence. Should the host die before that, the
/// job waits as it did, and whatever the forgotten attempt delivers changes nothing.
/// </summary>
internal sealed partial class InferenceJobGrain
{
    /// <summary>An attempt of which nothing was heard for so long is stored.</summary>
    public static readonly TimeSpan AttemptStoredAfter = TimeSpan.FromSeconds(1);

    private bool _isAttemptNew;
    private IGrainTimer? _attemptTimer;

    /// <summary>
    /// A host that stops in order forgets no attempt. What asks for its own end has met a write that failed.
    /// </summary>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (reason.ReasonCode != DeactivationReasonCode.ApplicationRequested)
        {
            await StoreAttempt(cancellationToken);
        }

        await base.OnDeactivateAsync(reason, cancellationToken);
    }

    /// <summary>Begins an attempt that nothing is stored of yet.</summary>
    private void Open(JobState next)
    {
        job.State = next;
        _isAttemptNew = true;
        _storedAt = clock.GetUtcNow();
        _attemptTimer ??= this.RegisterGrainTimer(StoreAttempt, AttemptStoredAfter, AttemptStoredAfter);
    }

    private async Task StoreAttempt(CancellationToken cancel)
    {
        if (_isAttemptNew)
        {
            await Store(Current());
        }
    }

    private async Task Store(JobState next)
    {
        _isStoring = true;

        try
        {
            await Write(next);
        }
        catch
        {
            if (!_isAttemptNew)
            {
                Leave();
            }

            throw;
        }

        _isStoring = false;
        _isAttemptNew = false;
        _attemptTimer?.Dispose();
        _attemptTimer = null;
        _storedAt = clock.GetUtcNow();
    }

    /// <summary>
    /// Memory alone knows a new attempt, so it goes on after a write that failed: as it was before, for nobody was told
    /// of more. What the store holds decides: if that write is there after all, the next one is refused.
    /// </summary>
    private async Task Write(JobState next)
    {
        if (!_isAttemptNew)
        {
            await this.Save(job, next);
            return;
        }

        var before = job.State;

        try
        {
            await this.SaveOrKeep(job, next);
        }
        catch (InconsistentStateException)
        {
            _isAttemptNew = false;
            throw;
        }
        catch
        {
            Forget(before);
            throw;
        }
    }

    /// <summary>Goes back to what was known before a delivery that nothing is stored of.</summary>
    private void Forget(JobState before)
    {
        (_stage, _isStoring) = (before.Stage, false);
        (_result, _audit, _prompt) = (null, null, before.Prompt);
        _tokens.RemoveRange(before.Tokens.Count, _tokens.Count - before.Tokens.Count);
        _textBytes = TokenLog.BytesOf(_tokens);
    }
}
