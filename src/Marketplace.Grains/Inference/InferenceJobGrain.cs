using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Market.Admission;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Compliance;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Market;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Inference;

/// <summary>
/// A text or embedding job and the only arbiter of who works on it. What is decided is stored before the books are
/// asked, and they are asked by keys that follow from the job: a crash between the two is repaired by asking again.
/// </summary>
[GrainType("inference-job")]
internal sealed partial class InferenceJobGrain(
    [PersistentState("inference-job")] IPersistentState<JobState> job,
    WorkBooks books,
    ReceiptSigner signer,
    IRegister register,
    DeviceDirectory directory,
    ProofFailures proofs,
    IPromptCounter prompts,
    ILogitAuditor auditor,
    AuditSecrets secrets,
    FindingStore findings,
    IOptions<VerificationOptions> verification,
    MarketInstruments instruments,
    ICheckpoint checkpoint,
    IOptions<MarketOptions> market,
    IOptions<LedgerOptions> ledger,
    TimeProvider clock,
    ILogger<InferenceJobGrain> log) : Grain, IInferenceJobGrain, IAuditedJobGrain
{
    private readonly List<Token> _tokens = [];
    private long _textBytes;
    private SignedResult? _result;
    private WorkState _stage;
    private bool _funded;
    private bool _settled;
    private DateTimeOffset _heardAt;
    private DateTimeOffset _storedAt;

    private JobId Id => JobId.Parse(this.GetPrimaryKeyString());

    private InferenceOrder Order => job.State.Order!;

    private DateTimeOffset Deadline => job.State.CreatedAt + TimeSpan.FromSeconds(Order.DeadlineSeconds);

    private bool IsOpen => _funded && job.State.Settlement is null;

    private bool IsWaiting => IsOpen && _stage == WorkState.Queued;

    private WorkState Shown => _settled ? job.State.Settlement!.Final : _stage;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _heardAt = _storedAt = clock.GetUtcNow();

        if (job.State.Order is null)
        {
            return;
        }

        Keep(job.State.Tokens);
        _prompt = job.State.Prompt;
        _stage = job.State.Stage;

        // The row is written in the transaction that moves the money, so it tells what the books have done.
        var row = await register.Find(RegisterKinds.Job, Id.Value, cancellationToken);
        _funded = row is not null;
        _settled = job.State.Settlement is { } end && row?.State == WorkWords.Of(end.Final);

        if (_funded && job.State.Settlement is not null && !_settled)
        {
            await Settle(cancellationToken);
        }

        await Resume(cancellationToken);
    }

    public async Task<SubmitOutcome> Start(AccountId account, InferenceOrder order, CancellationToken cancel = default)
    {
        if (job.State.Order is not null)
        {
            return job.State.Account == account && order.AsksTheSame(job.State.Order)
                ? await Fund(cancel) ?? Accepted(isReplay: true)
                : new SubmitOutcome.KeyTaken();
        }

        var cap = TokenPrice.Cap(order);

        if (await books.Cover(account, cap, cancel) is not { } escrow)
        {
            DeactivateOnIdle();
            return new SubmitOutcome.NotEnoughMoney(cap, await books.Spendable(account, cancel));
        }

        var now = clock.GetUtcNow();
        await Store(new JobState { Account = account, Order = order, Escrow = escrow, CreatedAt = now });
        checkpoint.Reach(Checkpoints.JobAccepted);

        return await Fund(cancel) ?? Accepted(isReplay: false);
    }

    public Task<JobView?> Describe(CancellationToken cancel = default)
    {
        if (job.State.Order is null)
        {
            // A guessed id leaves nothing behind in memory.
            DeactivateOnIdle();
        }

        return Task.FromResult(_funded ? View() : null);
    }

    public Task<WorkTicket?> Ticket(CancellationToken cancel = default) =>
        Task.FromResult(TicketNow());

    public async Task<WorkOrder?> Assign(Offer offer, AttemptId attempt, CancellationToken cancel = default)
    {
        if (IsCurrent(attempt))
        {
            return MakeOrder(job.State.Attempt!);
        }

        if (IsOpen && Doubt is { IsOver: false })
        {
            return await AssignAudit(offer, attempt, cancel);
        }

        var now = clock.GetUtcNow();
        var fits = IsWaiting
            && now < Deadline
            && !job.State.Excluded.Contains(offer.Device)
            && Admit.Check(offer, Order.Needs).Count == 0;

        if (!fits)
        {
            return null;
        }

        var next = new JobAttempt(
            attempt,
            offer.Device,
            offer.Provider,
            offer.Ask,
            now,
            _tokens.Count,
            offer.Spec.Kind,
            DeviceClass.ModelOf(offer.Spec.Kind, offer.Spec.Name));
        Move(WorkState.Matched);
        Open(Current() with
        {
            Attempt = next,
            Attempts = job.State.Attempts + 1,
            StartedAt = job.State.StartedAt ?? now,
        });
        checkpoint.Reach(Checkpoints.LeaseAssigned);
        instruments.Assigned(Order.Needs.Kind);
        _heardAt = now;
        Tell();

        return MakeOrder(next);
    }

    public Task<bool> Needs(DeviceId device, string sha256, CancellationToken cancel = default)
    {
        if (job.State.Order is null)
        {
            DeactivateOnIdle();
        }

        return Task.FromResult(
            IsOpen
            && (job.State.Attempt?.Device == device || Doubt?.Asked?.Device == device)
            && Order.IsReadFrom(sha256));
    }

    public async Task<DeliverOutcome> Accept(AttemptId attempt, TokenBatch batch, CancellationToken cancel = default)
    {
        if (!IsCurrent(attempt))
        {
            return IsKeptFrom(attempt) ? new DeliverOutcome.Accepted() : new DeliverOutcome.Stale();
        }

        if (TokenLog.IsAhead(_tokens, Order.MaxTokens, batch.First, batch.Tokens))
        {
            // A crash of the host forgot what lies between: an agent that can sends it again, and the end of the text
            // carries every token anyway.
            _heardAt = clock.GetUtcNow();
            return new DeliverOutcome.Accepted(ResendFrom: _tokens.Count);
        }

        var (known, refused) = TokenLog.Decide(_tokens, _textBytes, Order.MaxTokens, batch.First, batch.Tokens);
        refused ??= TokenLog.WhyImprobable(batch.Tokens.Skip(known), Order.Logprobs);

        if (refused is not null)
        {
            return await Refuse(refused, cancel);
        }

        _heardAt = clock.GetUtcNow();
        await StoreAttempt(cancel);

        Hear();
        Keep([.. batch.Tokens.Skip(known)]);
        instruments.Tokens(batch.Tokens.Count - known);
        BeginCount();
        Tell();
        await StoreTokens(cancel);
        await YieldIfDue(cancel);

        return new DeliverOutcome.Accepted();
    }

    public async Task<DeliverOutcome> Fail(AttemptId attempt, Ending ending, CancellationToken cancel = default)
    {
        if (!IsCurrent(attempt))
        {
            return await PassOnFrom(attempt, cancel) ? new DeliverOutcome.Accepted() : new DeliverOutcome.Stale();
        }

        await GiveUp(ending, isExcluded: true, cancel);
        return new DeliverOutcome.Accepted();
    }

    public async Task<bool> Lose(AttemptId attempt, CancellationToken cancel = default)
    {
        if (IsCurrent(attempt))
        {
            LogLost(log, Id, attempt, job.State.Attempt!.Device);
            instruments.Lost(Order.Needs.Kind);
            await GiveUp(
                new("device-lost", "The device fell silent.", CausedBy.Provider), isExcluded: false, cancel);
        }
        else
        {
            await PassOnFrom(attempt, cancel);
        }

        return IsWaiting || WantsVerifier;
    }

    public async Task<bool> Wake(CancellationToken cancel = default)
    {
        if (!IsOpen)
        {
            await Repair(cancel);
            return false;
        }

        var now = clock.GetUtcNow();

        if (IsAuditing)
        {
            await LookAtAudit(now, cancel);
            return WantsVerifier;
        }

        if (await WhyOver(now, cancel) is var (final, why))
        {
            await (final == WorkState.Failed ? End(final, why, (0, 0), null, cancel) : Cut(final, why, cancel));
            return false;
        }

        if (job.State.Attempt is { } attempt && now >= _heardAt + market.Value.Lease)
        {
            var device = GrainFactory.GetGrain<IDeviceGrain>(attempt.Device.Value);

            if (!await device.Runs(attempt.Id, cancel))
            {
                await Lose(attempt.Id, cancel);
            }
        }

        if (IsOpen)
        {
            await StoreAttempt(cancel);
            await register.Put([Row(NextLook(now))], cancel);
        }

        return IsWaiting;
    }

    public async Task<JobView?> Cancel(CancellationToken cancel = default)
    {
        // A text that waits for its check is made and given: there is nothing left to cancel.
        if (IsOpen && !IsAuditing)
        {
            var wish = new Ending("cancelled", "Cancelled by the renter.", CausedBy.Renter);
            await Cut(WorkState.Cancelled, wish, cancel);
        }

        return _funded ? View() : null;
    }

    public IAsyncEnumerable<JobEvent> Watch(int afterToken) => Follow(afterToken);

    private async Task<(WorkState Final, Ending Why)?> WhyOver(DateTimeOffset now, CancellationToken cancel)
    {
        if (now >= Deadline)
        {
            var late = $"No device finished it within {Order.DeadlineSeconds} s.";
            return (WorkState.Expired, new("deadline-passed", late, CausedBy.Platform));
        }

        return await books.Owes(job.State.Account, cancel) ? (WorkState.Cancelled, WorkBooks.Owing)
            : await WhyHopeless(cancel) is { } hopeless ? (WorkState.Failed, hopeless)
            : null;
    }

    private async Task<Ending?> WhyHopeless(CancellationToken cancel) =>
        IsWaiting && job.State.Excluded.Count > 0
            ? Prospect.EndOf(
                await directory.Listed(cancel), Order.Needs, job.State.Excluded, job.State.LastFailure)
            : null;

    private bool IsCurrent(AttemptId attempt) => IsOpen && !IsAuditing && job.State.Attempt?.Id == attempt;

    private SubmitOutcome.Accepted Accepted(bool isReplay) => new(Id.Value, isReplay) { Ticket = TicketNow() };

    private WorkTicket? TicketNow() =>
        IsWaiting ? MakeTicket() : WantsVerifier ? MakeAuditTicket(Doubt!) : null;

    /// <summary>Tokens of the text that the current attempt has made itself.</summary>
    private int Made() => job.State.Attempt is { } attempt ? Math.Max(0, _tokens.Count - attempt.Prefix) : 0;

    private void Keep(IReadOnlyList<Token> tokens)
    {
        _tokens.AddRange(tokens);
        _textBytes += TokenLog.BytesOf(tokens);
    }

    /// <summary>The device is at work, and nothing of that is stored yet.</summary>
    private void Hear()
    {
        if (_stage == WorkState.Matched)
        {
            checkpoint.Reach(Checkpoints.LeaseDispatched);
            Move(WorkState.Running);
        }
    }

    private void Move(WorkState next)
    {
        if (!WorkCycle.MayFollow(_stage, next))
        {
            throw new InvalidOperationException($"{Id} cannot go from {_stage} to {next}.");
        }

        _stage = next;
    }
}
