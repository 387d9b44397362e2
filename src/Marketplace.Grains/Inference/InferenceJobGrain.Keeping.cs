using Marketplace.Domain;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Market;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;

namespace Marketplace.Grains.Inference;

/// <summary>What a job stores and posts.</summary>
internal sealed partial class InferenceJobGrain
{
    /// <summary>Tokens after which storing gets rarer in proportion, since all of them are written each time.</summary>
    private const int TokensPerStore = 500;

    private JobState Current() => job.State with { Stage = _stage, Tokens = [.. _tokens], Prompt = _prompt };

    private async Task StoreTokens(CancellationToken cancel)
    {
        var every = market.Value.TokensStoredEvery * (1 + (_tokens.Count / TokensPerStore));

        if (clock.GetUtcNow() < _storedAt + every)
        {
            return;
        }

        var isNews = job.State.Stage != _stage;
        await Store(Current());

        if (isNews)
        {
            await register.Put([Row(NextLook(clock.GetUtcNow()))], cancel);
        }
    }

    /// <summary>Sets the money aside; null when that stands, else the refusal, and the job is forgotten.</summary>
    private async Task<SubmitOutcome?> Fund(CancellationToken cancel)
    {
        if (_funded)
        {
            return null;
        }

        var escrow = job.State.Escrow!;
        var fund = LeaseJournals.Fund(Id.Value, 0, job.State.Account, escrow.Promo, escrow.Available);
        var row = Row(NextLook(clock.GetUtcNow()));
        var outcome = await books.PostOrLeave(this, new() { Journals = [fund], Register = [row] }, cancel);

        if (outcome is PostOutcome.Insufficient)
        {
            var account = job.State.Account;
            await job.ClearStateAsync(cancel);
            DeactivateOnIdle();
            return new SubmitOutcome.NotEnoughMoney(escrow.Total, await books.Spendable(account, cancel));
        }

        if (!outcome.Stands)
        {
            throw new InvalidOperationException($"The books refused {fund.Key}: {outcome}");
        }

        _funded = true;
        checkpoint.Reach(Checkpoints.EscrowFunded);
        instruments.Started(Order.Needs.Kind);
        return null;
    }

    private async Task<DeliverOutcome> Refuse(string why, CancellationToken cancel)
    {
        var attempt = job.State.Attempt!;
        LogRefused(log, Id, attempt.Id, why);
        await proofs.Record(attempt.Id, attempt.Provider, attempt.Device, Id.Value, "bad-delivery", cancel);
        await GiveUp(new("bad-delivery", why, CausedBy.Provider), isExcluded: true, cancel);
        return new DeliverOutcome.Refused(why);
    }

    /// <summary>
    /// Ends the current attempt: the job waits again, or it is over when there were too many or the order is held at
    /// fault.
    /// </summary>
    private async Task GiveUp(Ending ending, bool isExcluded, CancellationToken cancel)
    {
        var attempt = job.State.Attempt!;
        var accusers = FailedAttempt.Accusers(job.State.Accusers, attempt.Provider, ending);

        // Whoever gave way has not failed.
        var failed = job.State.Attempts - job.State.Yields;

        if (FailedAttempt.EndOf(ending, accusers, failed, InferenceLimits.AttemptsMax) is { } end)
        {
            await End(WorkState.Failed, end, (0, 0), null, cancel);
            return;
        }

        IReadOnlyList<DeviceId> excluded =
            isExcluded ? [.. job.State.Excluded.Append(attempt.Device).Distinct()] : job.State.Excluded;
        Move(WorkState.Queued);
        BeginAnew();
        await Store(Current() with
        {
            Attempt = null,
            Excluded = excluded,
            Accusers = accusers,
            LastFailure = ending,
            Makers = MakersWith(attempt),
        });
        Tell();

        // Due at once: the sweep brings it to the books again.
        await register.Put([Row(clock.GetUtcNow())], cancel);
        await Release(attempt, isUnwanted: true, cancel);
    }

    private IReadOnlyList<PartMaker> MakersWith(JobAttempt attempt) => _tokens.Count > attempt.Prefix
        ? [.. job.State.Makers, PartMaker.Of(attempt, _tokens.Count)]
        : job.State.Makers;

    private async Task End(
        WorkState final, Ending? ending, (int Prompt, int Output) used, string? finishReason, CancellationToken cancel)
    {
        var attempt = job.State.Attempt;
        var price = attempt is null ? Usdc.Zero : TokenPrice.Charge(Order, attempt.Ask, used.Prompt, used.Output);
        var charge = Usdc.Min(price, job.State.Escrow!.Total);

        await Store(Current() with
        {
            Settlement = new(
                final,
                ending,
                attempt,
                used.Prompt,
                used.Output,
                charge,
                finishReason,
                clock.GetUtcNow(),
                _result,
                _audit,
                CachedOf(_cachedTokens, used.Prompt)),
            Proof = null,
            Findings = _findings,
        });
        checkpoint.Reach(Checkpoints.ResultStored);

        await Settle(cancel);
        instruments.Ended(Order.Needs.Kind, final);

        if (attempt is not null)
        {
            await Release(attempt, isUnwanted: final != WorkState.Succeeded, cancel);
        }
    }

    /// <summary>Charge, receipt, refund and the register's row in one transaction. Safe to repeat.</summary>
    private async Task Settle(CancellationToken cancel)
    {
        if (_settled || job.State.Settlement is not { } end)
        {
            return;
        }

        var rest = job.State.Escrow!.After(end.Charge);
        var close = LeaseJournals.Close(Id.Value, job.State.Account, rest.Promo, rest.Available);
        var part = end.Charge > Usdc.Zero ? Charge(end, close) : null;

        await books.Require(
            new()
            {
                Journals = [.. new[] { part?.Charge, part?.Release, close }.OfType<Journal>()],
                Register = [.. new[] { Row(null, end.Final), part?.Row }.OfType<RegisterRow>()],
                Receipts = part is null ? [] : [part.Receipt],
            },
            cancel);

        _settled = true;
        checkpoint.Reach(Checkpoints.ChargePosted);
        checkpoint.Reach(Checkpoints.ReceiptSigned);
        checkpoint.Reach(Checkpoints.EscrowClosed);
        Tell();
    }

    private ReceiptEntry Charge(JobSettlement end, Journal close)
    {
        var attempt = end.Attempt!;
        var fund = $"fund:{Id}:0";
        var charge = LeaseJournals.Charge(Id.Value, attempt.Provider, end.Charge, ledger.Value.FeeBasisPoints);
        var told = Told(end);
        var receipt = new Receipt(
            ReceiptOf(),
            Id.Value,
            told.Kind,
            job.State.Account,
            attempt.Provider,
            attempt.Device,
            attempt.Id,
            told.Input,
            Order.ModelSha256,
            told.Output,
            told.Meter,
            attempt.Ask,
            end.Charge,
            close.Legs.Count > 0 ? [fund, charge.Key, close.Key] : [fund, charge.Key],
            end.Audit?.Word ?? TextAudit.Unchecked,
            job.State.StartedAt ?? attempt.At,
            end.EndedAt,
            end.Result is { } result ? [result] : [],
            end.Result is null ? 0 : 1,
            end.Result is null ? 1 : 0,
            Audit: ReceiptAudit.Of(end.Audit),
            ModelId: Order.Identity?.Id);

        return ReceiptEntry.Of(receipt, Order.Needs.Kind, charge, ledger.Value, signer);
    }

    /// <summary>Posts an end that is decided and not in the books; sets a row right that tells of the past.</summary>
    private async Task Repair(CancellationToken cancel)
    {
        await Settle(cancel);

        if (_settled)
        {
            await register.Put([Row(null, job.State.Settlement!.Final)], cancel);
        }
    }

    private Task Release(JobAttempt attempt, bool isUnwanted, CancellationToken cancel) =>
        Release(attempt.Id, attempt.Device, isUnwanted, cancel);

    private async Task Release(AttemptId attempt, DeviceId on, bool isUnwanted, CancellationToken cancel)
    {
        try
        {
            var device = GrainFactory.GetGrain<IDeviceGrain>(on.Value);
            await (isUnwanted ? device.Abandon(attempt, cancel) : device.Release(attempt, cancel));
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // The place has a time to live; the job's end must not hang on it.
            LogNotReleased(log, fault, Id, attempt);
        }

        if (isUnwanted)
        {
            GrainFactory.GetGrain<IRigDirectoryGrain>(0).HintAbandon(on, attempt).Ignore();
        }
    }

    private ReceiptId ReceiptOf() => ReceiptId.From(PrefixedId.Derive("receipt", Id.Value));

    private DateTimeOffset NextLook(DateTimeOffset now)
    {
        var look = now + (_stage == WorkState.Queued ? market.Value.LookWaiting : market.Value.LookRunning);
        return look < Deadline ? look : Deadline;
    }

    private WorkTicket MakeTicket() => new(
        Id.Value,
        Order.Needs.Kind,
        Order.Needs,
        job.State.CreatedAt,
        job.State.Excluded,
        Seats: 1,
        Model: Order.ModelBytes > 0 ? new(Order.Model, Order.ModelSha256, Order.Files is not null) : null,
        IsBatch: Order.IsBatch)
    {
        IsOfTokens = Order.Tokens is not null,
        IsOfCalls = Order.Calls is not null,
        TellsPrompt = Order.TellsPrompt,
    };

    private WorkOrder MakeOrder(JobAttempt attempt) => new(
        attempt.Id,
        Id.Value,
        Deadline,
        new TextWork(
            verification.Value.CommitToModelIds ? Order : Order with { Identity = null },
            [.. _tokens.Take(attempt.Prefix)],
            TenantLabel.Of(job.State.Account, attempt.Device)),
        null);

    private string Text() => string.Concat(_tokens.Select(token => token.Text));

    private RegisterRow Row(DateTimeOffset? dueAt, WorkState? final = null)
    {
        var state = final ?? _stage;
        var detail = new ListDetail.Work(
            Order.Model,
            job.State.Escrow!.Total,
            job.State.Settlement?.Charge ?? Usdc.Zero,
            job.State.Settlement?.Ending,
            job.State.Attempts,
            job.State.Escrow,
            state == WorkState.Queued ? MakeTicket() : null);

        return new(
            RegisterKinds.Job, Id.Value, job.State.Account.Value, WorkWords.Of(state), ListDetail.Write(detail), dueAt);
    }

    private JobView View()
    {
        var (end, attempt) = (_settled ? job.State.Settlement : null, job.State.Attempt);
        var charged = end?.Charge
            ?? (attempt is null ? Usdc.Zero : TokenPrice.Charge(Order, attempt.Ask, PromptNow, Made()));

        return new(
            Id,
            job.State.Account,
            Order,
            Shown,
            end?.Ending,
            attempt?.Device,
            attempt?.Id,
            job.State.Attempts,
            Text(),
            end?.PromptTokens ?? PromptNow,
            _tokens.Count,
            end?.FinishReason ?? job.State.Proof?.Claim?.FinishReason,
            job.State.Escrow!.Total,
            charged,
            end?.Charge > Usdc.Zero ? ReceiptOf() : null,
            job.State.CreatedAt,
            job.State.StartedAt,
            end?.EndedAt,
            Order.Logprobs is null ? null : [.. _tokens],
            end?.Audit ?? job.State.Proof?.Audit)
        {
            VectorsSha256 = Vectors,
            CachedTokens = end?.CachedTokens ?? CachedOf(job.State.Proof?.Claim?.CachedTokens ?? 0, PromptNow),
            Verifier = Doubt?.Asked?.Device,
            Heard = Doubt is { } doubt ? HeardFrom(doubt) : [],
            Findings = job.State.Findings,
            Prompt = _prompt,
        };
    }
}
