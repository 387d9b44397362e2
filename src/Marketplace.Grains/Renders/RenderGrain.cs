using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Market.Admission;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Compliance;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Market;
using Marketplace.Grains.Verification;
using Marketplace.Grains.Webhooks;
using Marketplace.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Renders;

/// <summary>
/// A render and the only arbiter of its units. What is decided is stored before the books are asked, and the books are
/// asked by keys that follow from the render: a crash between the two is repaired by asking again.
/// </summary>
[GrainType("render")]
internal sealed partial class RenderGrain(
    [PersistentState("render")] IPersistentState<RenderState> render,
    WorkBooks books,
    ReceiptSigner signer,
    IRegister register,
    DeviceDirectory directory,
    ProofFailures proofs,
    IBlobStore blobs,
    IFrameAssembler assembler,
    ILeafAuditor auditor,
    INoiseMeter meter,
    AuditSecrets secrets,
    MarketInstruments instruments,
    EventOutbox events,
    ICheckpoint checkpoint,
    IOptions<MarketOptions> market,
    IOptions<LedgerOptions> ledger,
    IOptions<VerificationOptions> verification,
    IOptions<RenderOptions> options,
    TimeProvider clock,
    ILogger<RenderGrain> log) : Grain, IRenderGrain, IAuditedRenderGrain, IMeasuredRenderGrain
{
    /// <summary>Signed results that the state keeps, for the receipts.</summary>
    private const int ResultsMax = 64;

    private readonly SortedSet<int> _waiting = [];
    private readonly HashSet<AttemptId> _accepted = [];
    private RenderUnit[] _units = [];
    private TicketScene? _scene;
    private bool _funded;
    private bool _settled;

    private RenderId Id => RenderId.Parse(this.GetPrimaryKeyString());

    private RenderOrder Order => render.State.Order!;

    private DateTimeOffset Deadline => render.State.CreatedAt + TimeSpan.FromSeconds(Order.DeadlineSeconds)
        + render.State.Pause.Total(clock.GetUtcNow()) + render.State.Review.Total(clock.GetUtcNow());

    /// <summary>How much of the time for making is used up.</summary>
    private TimeSpan Spent(DateTimeOffset now) => TimeSpan.FromSeconds(Order.DeadlineSeconds) - (Deadline - now);

    private bool IsOpen => _funded && render.State.Settlement is null;

    private bool IsPaused => IsOpen && render.State.Pause.Since is not null;

    private bool IsWaiting => IsOpen && !IsPaused && !IsOverdue && _waiting.Count > 0;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (render.State.Order is null)
        {
            return;
        }

        Plan();

        // The row is written in the transaction that moves the money, so it tells what the books have done.
        var row = await register.Find(RegisterKinds.Render, Id.Value, cancellationToken);
        _funded = row is not null;
        _settled = render.State.Settlement is { } end && row?.State == WorkWords.Of(end.Final);

        if (_funded && render.State.Settlement is not null && !_settled)
        {
            await Settle(cancellationToken);
        }
    }

    public async Task<SubmitOutcome> Start(AccountId account, RenderOrder order, CancellationToken cancel = default)
    {
        if (render.State.Order is not null)
        {
            // Lists inside an order are compared by what they hold.
            var isSame = render.State.Account == account && Written(Order) == Written(order);

            return isSame
                ? await Fund(cancel) ?? Accepted(isReplay: true)
                : new SubmitOutcome.KeyTaken();
        }

        var cap = SamplePrice.Cap(order);

        if (await books.Cover(account, cap, cancel) is not { } escrow)
        {
            DeactivateOnIdle();
            return new SubmitOutcome.NotEnoughMoney(cap, await books.Spendable(account, cancel));
        }

        var now = clock.GetUtcNow();
        await Store(new RenderState { Account = account, Order = order, Escrow = escrow, CreatedAt = now });
        Plan();
        checkpoint.Reach(Checkpoints.JobAccepted);

        return await Fund(cancel) ?? Accepted(isReplay: false);
    }

    public Task<RenderView?> Describe(CancellationToken cancel = default)
    {
        if (render.State.Order is null)
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
        if (IsOpen && Running(attempt) is { } held)
        {
            return MakeOrder(held);
        }

        var now = clock.GetUtcNow();
        var unit = NextFor(offer, now);
        var fits = IsWaiting
            && unit is not null
            && now < Deadline
            && !Exclusion.Bars(render.State.Exclusions, offer.Device, offer.Provider)
            && Admit.Check(offer, Order.Needs).Count == 0
            && MayShare(offer);

        if (!fits)
        {
            return null;
        }

        var next = new UnitAttempt(attempt, unit!.Index, offer.Device, offer.Provider, offer.Ask, now);
        await Store(render.State with
        {
            Stage = render.State.Stage == WorkState.Queued ? Moved(WorkState.Matched) : render.State.Stage,
            Running = [.. render.State.Running, next],
            Attempts = render.State.Attempts + 1,
            StartedAt = render.State.StartedAt ?? now,
        });
        _waiting.Remove(next.Unit);
        _sharedAt = now;
        checkpoint.Reach(Checkpoints.LeaseAssigned);
        instruments.Assigned(WorkKind.Render);

        return MakeOrder(next);
    }

    public Task<bool> Needs(DeviceId device, string sha256, CancellationToken cancel = default)
    {
        if (render.State.Order is null)
        {
            DeactivateOnIdle();
        }

        return Task.FromResult(
            IsOpen
            && render.State.Running.Any(running => running.Device == device)
            && Order.Scene.Files.Any(file => file.Sha256 == sha256));
    }

    public async Task<DeliverOutcome> Fail(AttemptId attempt, Ending ending, CancellationToken cancel = default)
    {
        if (!IsOpen || IsOverdue || Running(attempt) is not { } running)
        {
            return new DeliverOutcome.Stale();
        }

        await GiveUp(running, ending, isExcluded: true, cancel);
        return new DeliverOutcome.Accepted();
    }

    public async Task<bool> Lose(AttemptId attempt, CancellationToken cancel = default)
    {
        if (IsOpen && !IsOverdue && Running(attempt) is { } running)
        {
            LogLost(log, Id, attempt, running.Device);
            instruments.Lost(WorkKind.Render);
            await GiveUp(
                running, new("device-lost", "The device fell silent.", CausedBy.Provider), isExcluded: false, cancel);
        }

        return IsWaiting;
    }

    public async Task<bool> Wake(CancellationToken cancel = default)
    {
        if (!IsOpen)
        {
            await Repair(cancel);
            return false;
        }

        var now = clock.GetUtcNow();

        if (now >= render.State.Pause.EndsAt)
        {
            await Resume(cancel);
        }

        await ContinueRetry(cancel);

        if (IsOverdue)
        {
            await Close(now, cancel);
            return false;
        }

        await Reopen();

        if (await books.Owes(render.State.Account, cancel))
        {
            await End(WorkState.Cancelled, WorkBooks.Owing, cancel);
            return false;
        }

        await TellFrames(cancel);
        await LoseSilent(now, cancel);
        await LetSparesIn(now);
        await LookAtAudits(now, cancel);
        ResumeMeasuring();
        await LookAtReviews(now, cancel);

        await AssembleReady(now, cancel);
        await EndWhenFinished(cancel);
        await EndWhenHopeless(cancel);
        await EndWhenTooDear(cancel);

        if (IsOpen)
        {
            await register.Put([Row(NextLook(now))], cancel);
        }

        return IsWaiting;
    }

    public async Task<RenderView?> Pause(CancellationToken cancel = default)
    {
        // Past the deadline there is nothing to be put off.
        var next = IsOpen && !IsOverdue ? render.State.Pause.Begin(clock.GetUtcNow()) : render.State.Pause;

        if (next != render.State.Pause)
        {
            await Store(render.State with { Pause = next });
            await register.Put([Row(NextLook(clock.GetUtcNow()))], cancel);
        }

        return _funded ? View() : null;
    }

    public async Task<RenderView?> Resume(CancellationToken cancel = default)
    {
        if (IsPaused)
        {
            await Store(render.State with { Pause = render.State.Pause.End(clock.GetUtcNow()) });

            // Due at once: the sweep brings it to the books again.
            await register.Put([Row(clock.GetUtcNow())], cancel);
        }

        return _funded ? View() : null;
    }

    public async Task<RenderView?> Cancel(CancellationToken cancel = default)
    {
        if (IsOpen)
        {
            await End(
                WorkState.Cancelled,
                new("cancelled", "Cancelled by the renter.", CausedBy.Renter),
                cancel);
        }

        return _funded ? View() : null;
    }

    private UnitAttempt? Running(AttemptId attempt) =>
        render.State.Running.FirstOrDefault(running => running.Id == attempt);

    /// <summary>Cuts the order and marks what waits.</summary>
    private void Plan()
    {
        _units = [.. RenderPlan.Cut(Order)];
        var finished = Made().Select(frame => frame.Frame).ToHashSet();
        var taken = render.State.Done.Select(done => done.Unit)
            .Concat(render.State.Running.Select(running => running.Unit))
            .ToHashSet();

        var open = _units.Where(
            unit => !finished.Contains(unit.Frame) && !taken.Contains(unit.Index) && IsOrdered(unit));

        _waiting.UnionWith(open.Select(unit => unit.Index));
        _accepted.UnionWith(render.State.Done.Select(done => done.Attempt));
    }

    /// <summary>What orders of older releases could not name is written as what it was.</summary>
    private static string Written(RenderOrder order) => ListDetail.Write(
        order with { Settings = (order.Settings ?? new()) with { IndirectMax = order.IndirectMax() } });

    private SubmitOutcome.Accepted Accepted(bool isReplay) => new(Id.Value, isReplay) { Ticket = TicketNow() };

    private WorkTicket? TicketNow() => IsWaiting ? MakeTicket() : null;

    private WorkState Moved(WorkState next) => WorkCycle.MayFollow(render.State.Stage, next)
        ? next
        : throw new InvalidOperationException($"{Id} cannot go from {render.State.Stage} to {next}.");
}
