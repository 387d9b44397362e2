using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Batches;

/// <summary>
/// A batch: one text job a line, so many at a time. Which lines are begun is stored before any of their jobs is
/// ordered, and a job's id follows from batch and line: a crash at any place repeats what it may have cut off, and no
/// line is run or charged twice.
/// </summary>
[GrainType("batch")]
internal sealed partial class BatchGrain(
    [PersistentState("batch")] IPersistentState<StoredBatch> batch,
    IBatchLines lines,
    [FromKeyedServices(FileView.BlobsKey)] IBlobStore blobs,
    IRegister register,
    IOptions<BatchOptions> options,
    TimeProvider clock,
    ILogger<BatchGrain> log) : Grain, IBatchGrain
{
    private IGrainTimer? _drive;
    private BatchCheck? _check;
    private BatchCursor? _input;
    private BatchFiles? _files;

    private BatchId Id => BatchId.Parse(this.GetPrimaryKeyString());

    private bool IsOpen => batch.State is { Wanted: not null, IsOver: false };

    /// <summary>A state as the register has it.</summary>
    public static string WordOf(BatchState state) => state.ToString().ToLowerInvariant();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Drive();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await Close();

    public async Task<StartBatchOutcome> Start(
        AccountId account, NewBatch wanted, CancellationToken cancel = default)
    {
        if (batch.State.Wanted is null)
        {
            if (await Desk(account).Admit(Id, cancel) is AdmitOutcome.TooMany full)
            {
                DeactivateOnIdle();
                return new StartBatchOutcome.TooMany(full.Max);
            }

            // From here on its input is there whatever becomes of the file. Without bytes the check fails it.
            await Bytes(wanted).Hold(Id.Value, cancel);
            await this.Save(batch, new StoredBatch
            {
                Account = account,
                Wanted = wanted,
                State = BatchState.Validating,
                CreatedAt = clock.GetUtcNow(),
            });
        }

        if (batch.State.Account != account || batch.State.Wanted != wanted)
        {
            return new StartBatchOutcome.KeyTaken();
        }

        await register.Put([Row()], cancel);
        Drive();
        return new StartBatchOutcome.Started(View());
    }

    public Task<BatchView?> Describe(CancellationToken cancel = default)
    {
        if (batch.State.Wanted is null)
        {
            // A guessed id leaves nothing behind in memory.
            DeactivateOnIdle();
        }

        return Task.FromResult(batch.State.Wanted is null ? null : View());
    }

    public async Task<BatchView?> Cancel(CancellationToken cancel = default)
    {
        if (batch.State.State is BatchState.Validating or BatchState.InProgress && batch.State.Wanted is not null)
        {
            await Move(batch.State with { Final = BatchState.Cancelled }, BatchState.Cancelling, cancel);
        }

        return batch.State.Wanted is null ? null : View();
    }

    public async Task<bool> Wake(CancellationToken cancel = default)
    {
        Drive();
        await Step(cancel);

        if (batch.State.Wanted is not null)
        {
            await Tell(cancel);
        }

        return IsOpen;
    }

    /// <summary>Looks at the batch again and again, as long as it is open and this activation lives.</summary>
    private void Drive()
    {
        if (IsOpen)
        {
            var look = options.Value.Look;
            _drive ??= this.RegisterGrainTimer(
                Step, new GrainTimerCreationOptions(look, look) { KeepAlive = true });
        }
    }

    private async Task Step(CancellationToken cancel)
    {
        if (!IsOpen)
        {
            return;
        }

        try
        {
            await (batch.State.State switch
            {
                BatchState.Validating => Validate(cancel),
                BatchState.InProgress => Run(cancel),
                BatchState.Cancelling => GiveUp(cancel),
                _ => Finish(cancel),
            });
        }
        catch
        {
            // The files' places are not known any more: the next step begins each of them again.
            await Forget();
            throw;
        }

        if (!IsOpen)
        {
            await Close();
        }
    }

    /// <summary>One turn of reading the input; the last tells whether its lines are run.</summary>
    private async Task Validate(CancellationToken cancel)
    {
        _check ??= await BatchCheck.Open(blobs, batch.State.Wanted!, lines, cancel);

        if (await _check.ReadSome())
        {
            GoOnSoon();
            return;
        }

        await (_check.Faults.Count > 0
            ? Move(batch.State with { Faults = _check.Faults }, BatchState.Failed, cancel)
            : Move(
                batch.State with { Marks = new(StoredBatch.Open, _check.Count) }, BatchState.InProgress, cancel));
        await Forget();
    }

    private async Task Run(CancellationToken cancel)
    {
        if (clock.GetUtcNow() >= View().ExpiresAt)
        {
            LogExpired(log, Id);
            await Settle(isCancelled: true, cancel);
            await Move(batch.State with { Final = BatchState.Expired }, BatchState.Finalizing, cancel);
            return;
        }

        var working = await Settle(isCancelled: false, cancel);
        var missing = OpenLines().Except(working).ToArray();
        var underWay = working.Count + missing.Length;
        var room = await Desk(batch.State.Account).Share(Id, underWay, cancel) - underWay;

        if (room > 0 && batch.State.Begun < batch.State.Marks.Length)
        {
            var first = batch.State.Begun;
            var begun = Math.Min(batch.State.Marks.Length, first + room);

            // Before any of their jobs: what is cancelled after a crash are all jobs that may have been ordered.
            await this.Save(batch, batch.State with { Begun = begun });
            missing = [.. missing, .. Enumerable.Range(first, begun - first)];
        }

        await Order(missing, working.Count > 0, cancel);

        if (!batch.State.Marks.Contains(StoredBatch.Open, StringComparison.Ordinal))
        {
            await Move(batch.State, BatchState.Finalizing, cancel);
        }
    }

    /// <summary>Marks the lines whose jobs are over; answers those whose jobs are not.</summary>
    private async Task<IReadOnlyList<int>> Settle(bool isCancelled, CancellationToken cancel)
    {
        var open = OpenLines().ToArray();
        var views = await Task.WhenAll(open.Select(at =>
            isCancelled ? Job(at).Cancel(cancel) : Job(at).Describe(cancel)));
        var (marks, working) = (batch.State.Marks.ToCharArray(), new List<int>());

        foreach (var (at, view) in open.Zip(views))
        {
            if (view is not null && !WorkCycle.IsTerminal(view.State))
            {
                working.Add(at);
            }
            else if (view is not null && (view.State != WorkState.Cancelled || !isCancelled))
            {
                marks[at] = view.State == WorkState.Succeeded ? StoredBatch.Succeeded : StoredBatch.Failed;
                _input?.Forget(at);
            }
        }

        await SaveMarks(marks, batch.State.Refusals);
        return working;
    }

    /// <summary>Orders the jobs of lines that have none yet.</summary>
    private async Task Order(int[] missing, bool isWorking, CancellationToken cancel)
    {
        if (missing.Length == 0)
        {
            return;
        }

        var wanted = batch.State.Wanted!;
        var marks = batch.State.Marks.ToCharArray();
        var refusals = new Dictionary<int, LineAnswer>(batch.State.Refusals);
        _input ??= await BatchCursor.Open(blobs, wanted.InputSha256, cancel);
        await _input.GoTo(batch.State.Begun, at => marks[at] == StoredBatch.Open);

        foreach (var at in missing)
        {
            var outcome = await lines.Order(
                batch.State.Account, BatchFiles.JobOf(Id, at), wanted.Endpoint, _input.Line(at), cancel);
            isWorking |= outcome is LineOutcome.Ordered;

            // While others are under way, what was set aside for them may come back and be enough.
            var refusal = outcome switch
            {
                LineOutcome.Refused refused => refused.Answer,
                LineOutcome.NoMoney broke when !isWorking => broke.Answer,
                _ => null,
            };

            if (refusal is not null)
            {
                (marks[at], refusals[at]) = (StoredBatch.Refused, refusal);
                _input.Forget(at);
            }
        }

        await SaveMarks(marks, refusals);
    }

    private async Task GiveUp(CancellationToken cancel)
    {
        if (_files is null)
        {
            await Settle(isCancelled: true, cancel);
        }

        await Finish(cancel);
    }

    /// <summary>One turn of writing the files; their last ends the batch.</summary>
    private async Task Finish(CancellationToken cancel)
    {
        _files ??= new BatchFiles(Id, batch.State, lines, GrainFactory);

        if (await _files.WriteSome(blobs, cancel) || await _files.Store(blobs, clock, cancel) is not { } files)
        {
            GoOnSoon();
            return;
        }

        await Move(batch.State with { Output = files.Output, Errors = files.Errors }, batch.State.Final, cancel);
    }

    /// <summary>The next step comes at once, after whoever waits for an answer of the batch.</summary>
    private void GoOnSoon() => _drive?.Change(TimeSpan.Zero, options.Value.Look);

    private async Task SaveMarks(char[] marks, IReadOnlyDictionary<int, LineAnswer> refusals)
    {
        if (!marks.AsSpan().SequenceEqual(batch.State.Marks))
        {
            await this.Save(batch, batch.State with { Marks = new(marks), Refusals = refusals });
        }
    }

    private async Task Move(StoredBatch next, BatchState state, CancellationToken cancel)
    {
        var times = new Dictionary<BatchState, DateTimeOffset>(next.Times) { [state] = clock.GetUtcNow() };
        await this.Save(batch, next with { State = state, Times = times });

        if (state != BatchState.InProgress)
        {
            await Desk(next.Account).Leave(Id, cancel);
        }

        await Tell(cancel);
    }

    /// <summary>Tells the register; that it is over, after its input is let go: a crash between is seen.</summary>
    private async Task Tell(CancellationToken cancel)
    {
        if (!IsOpen)
        {
            await Bytes(batch.State.Wanted!).Release(Id.Value, cancel);
        }

        await register.Put([Row()], cancel);
    }

    private IFileBytesGrain Bytes(NewBatch wanted) => GrainFactory.GetGrain<IFileBytesGrain>(wanted.InputSha256);

    private IEnumerable<int> OpenLines() =>
        Enumerable.Range(0, batch.State.Begun).Where(at => batch.State.Marks[at] == StoredBatch.Open);

    private IInferenceJobGrain Job(int line) =>
        GrainFactory.GetGrain<IInferenceJobGrain>(BatchFiles.JobOf(Id, line).Value);

    private IBatchDeskGrain Desk(AccountId account) => GrainFactory.GetGrain<IBatchDeskGrain>(account.Value);

    private async Task Close()
    {
        _drive?.Dispose();
        _drive = null;
        await Forget();
    }

    private async Task Forget()
    {
        IAsyncDisposable?[] open = [_check, _input, _files];
        (_check, _input, _files) = (null, null, null);

        foreach (var one in open.OfType<IAsyncDisposable>())
        {
            await one.DisposeAsync();
        }
    }

    private RegisterRow Row()
    {
        var view = View();

        return new(
            RegisterKinds.Batch,
            Id.Value,
            view.Account.Value,
            WordOf(view.State),
            ListDetail.Write(new ListDetail.Batch(view.Wanted.Endpoint, view.Total, view.Completed, view.Failed)),
            IsOpen ? clock.GetUtcNow() + options.Value.Sweep : null);
    }

    private BatchView View() => new(
        Id,
        batch.State.Account,
        batch.State.Wanted!,
        batch.State.State,
        batch.State.Times,
        batch.State.CreatedAt,
        batch.State.Marks.Length,
        batch.State.Count(StoredBatch.Succeeded),
        batch.State.Count(StoredBatch.Failed) + batch.State.Count(StoredBatch.Refused),
        batch.State.Output,
        batch.State.Errors,
        batch.State.Faults);

    [LoggerMessage(1, LogLevel.Information, "{Batch} has expired")]
    private static partial void LogExpired(ILogger log, BatchId batch);
}
