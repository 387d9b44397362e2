using System.Threading.Channels;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Renders;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Work;

/// <summary>
/// Leases work while there are free slots: once for each hint, and until nothing waits where more may wait than hints
/// told of: at first, at every poll, when what was hinted found no free slot, and when an attempt came to nothing. Each
/// attempt runs on its own and ends in a delivery, a failure told to the market, or silence when the market no longer
/// wants it.
/// </summary>
internal sealed partial class WorkLoop(
    MarketLink link,
    RunningAttempts attempts,
    TextRunner texts,
    UnitRunner units,
    EmbeddingRunner embeddings,
    AuditRunner audits,
    Deliveries deliveries,
    RetryPace pace,
    AgentOptions options,
    TimeProvider time,
    ILogger<WorkLoop> log)
{
    private const int DetailLengthMax = 500;
    private const int LeasesAtOnceMax = 16;
    private static readonly TimeSpan WakeMax = TimeSpan.FromMilliseconds(100);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Hints that nothing was asked for yet.</summary>
    private int _hints;

    /// <summary>Calls under way, each of which may take a slot.</summary>
    private int _asking;

    /// <summary>1 when more may wait than hints told of.</summary>
    private int _mayWait;

    /// <summary>Calls to make at once while more may wait: one, and twice as many as long as all bring work.</summary>
    private volatile int _atOnce = 1;

    /// <summary>Calls that failed one after the other.</summary>
    private volatile int _failures;

    /// <summary>1 while the wait after a failed call is under way.</summary>
    private int _isPausing;

    /// <summary>Asks for work soon, until nothing waits.</summary>
    public void Wake()
    {
        Volatile.Write(ref _mayWait, 1);
        LookAgain();
    }

    /// <summary>Asks for one piece of work soon. Should a hint be for more, or be lost, the poll finds it.</summary>
    public void Hint()
    {
        Interlocked.Increment(ref _hints);
        LookAgain();
    }

    public async Task Run(CancellationToken cancel)
    {
        var polling = Poll(cancel);

        try
        {
            await foreach (var _ in _wake.Reader.ReadAllAsync(cancel))
            {
                // The reader looks at it only where nothing waits, and a cancelled call wakes this again at once.
                cancel.ThrowIfCancellationRequested();
                Ask(cancel);
            }
        }
        finally
        {
            await polling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Drained();
        }
    }

    private async Task Poll(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(options.PollInterval, time);

        do
        {
            // A call that failed is made again at its own pace.
            if (_failures == 0)
            {
                Wake();
            }
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    /// <summary>Begins as many calls as are due and have a free slot each.</summary>
    private void Ask(CancellationToken cancel)
    {
        var hinted = Interlocked.Exchange(ref _hints, 0);
        var unhinted = Volatile.Read(ref _isPausing) == 1 ? 0 : Interlocked.Exchange(ref _mayWait, 0) * _atOnce;
        var asking = Volatile.Read(ref _asking);
        var room = Math.Min(options.Slots - attempts.Count, LeasesAtOnceMax) - asking;
        var wanted = Math.Max(hinted, unhinted);

        for (var call = 0; call < Math.Min(wanted, room); call++)
        {
            Interlocked.Increment(ref _asking);
            _ = Lease(goesOn: call < unhinted, cancel);
        }

        if (wanted > room)
        {
            // For when there is room.
            Volatile.Write(ref _mayWait, 1);
        }
    }

    /// <param name="goesOn">Whether more may wait when this call brings work.</param>
    /// <param name="cancel">The agent stops.</param>
    private async Task Lease(bool goesOn, CancellationToken cancel)
    {
        var failures = _failures;

        try
        {
            var isWork = await link.Lease(cancel) is { } order && Begin(order, cancel);
            _failures = 0;

            if (goesOn)
            {
                _atOnce = isWork ? Math.Min(2 * _atOnce, LeasesAtOnceMax) : 1;
            }

            if (goesOn && isWork)
            {
                Volatile.Write(ref _mayWait, 1);
            }
        }
        catch (Exception fault)
        {
            if (!cancel.IsCancellationRequested)
            {
                NotLeased(fault.Message);
                (_failures, _atOnce) = (failures + 1, 1);
                _ = AskAgain(failures + 1, cancel);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
            LookAgain();
        }
    }

    /// <summary>After failed calls: hints are followed meanwhile, and polls are not.</summary>
    private async Task AskAgain(int failures, CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _isPausing, 1) == 0)
        {
            await pace.Wait(failures, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Volatile.Write(ref _isPausing, 0);
            Wake();
        }
    }

    private void LookAgain() => _wake.Writer.TryWrite(true);

    /// <summary>False when the market repeated itself.</summary>
    private bool Begin(WorkOrderMessage order, CancellationToken cancel)
    {
        var attempt = new RunningAttempt(order, time, cancel);

        if (!attempts.TryAdd(attempt))
        {
            attempt.Dispose();
            return false;
        }

        Started(order.Attempt, order.Work);
        _ = Task.Run(() => Finish(attempt, cancel), CancellationToken.None);
        return true;
    }

    private async Task Finish(RunningAttempt attempt, CancellationToken cancel)
    {
        var isDelivered = false;

        try
        {
            var reply = await Do(attempt);
            isDelivered = reply == DeliverReply.Accepted;
            Ended(attempt.Order.Attempt, reply);
        }
        catch (OperationCanceledException) when (attempt.Token.IsCancellationRequested)
        {
            GivenUp(attempt.Order.Attempt);
        }
        catch (Exception fault)
        {
            await Tell(attempt, AsWorkFault(fault), cancel);
        }
        finally
        {
            attempts.Remove(attempt);
            attempt.Dispose();

            if (isDelivered)
            {
                LookAgain();
            }
            else
            {
                // The slot came free before its time: what waits may have been hinted to others, while this was busy.
                Wake();
            }
        }
    }

    private Task<DeliverReply> Do(RunningAttempt attempt) => attempt.Order switch
    {
        { Text: { } text, Unit: null, Embedding: null, Audit: null } => texts.Run(attempt, text),
        { Text: null, Unit: { } unit, Embedding: null, Audit: null } => units.Run(attempt, unit),
        { Text: null, Unit: null, Embedding: { } embedding, Audit: null } => embeddings.Run(attempt, embedding),
        { Text: null, Unit: null, Embedding: null, Audit: { } audit } => audits.Run(attempt, audit),
        _ => throw new WorkFault(
            WorkFault.Unsupported, "The order is not one of a text, a render unit, embeddings and an audit.", true),
    };

    private static WorkFault AsWorkFault(Exception fault) => fault switch
    {
        WorkFault known => known,
        OutOfMemoryException => new WorkFault(WorkFault.OutOfMemory, "The rig has not enough memory.", false, fault),
        _ => new WorkFault(WorkFault.DeviceFault, $"{fault.GetType().Name}: {fault.Message}", false, fault),
    };

    private async Task Tell(RunningAttempt attempt, WorkFault fault, CancellationToken cancel)
    {
        Failed(attempt.Order.Attempt, fault.Code, fault.Message);
        var detail = fault.Message.Length <= DetailLengthMax ? fault.Message : fault.Message[..DetailLengthMax];
        var message = new FailedMessage(
            attempt.Order.Attempt, fault.Code, detail, fault.OrderAtFault, attempt.Order.Work);

        try
        {
            await deliveries.UntilAnswered(attempt, token => link.Fail(message, token), attempt.Token);
        }
        catch (OperationCanceledException) when (attempt.Token.IsCancellationRequested
            || cancel.IsCancellationRequested)
        {
            GivenUp(attempt.Order.Attempt);
        }
    }

    /// <summary>
    /// Waits, within limits, until attempts have seen that the agent stops: engines stop at the next token or tile.
    /// </summary>
    private async Task Drained()
    {
        const int WakesMax = 64;

        for (var wakes = 0; attempts.Count + Volatile.Read(ref _asking) > 0 && wakes < WakesMax; wakes++)
        {
            using var waiting = new CancellationTokenSource(WakeMax, time);
            Task woken = _wake.Reader.WaitToReadAsync(waiting.Token).AsTask();
            await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _wake.Reader.TryRead(out _);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Attempt}: started {Work}.")]
    private partial void Started(string attempt, string work);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Attempt}: ended, the market says {Reply}.")]
    private partial void Ended(string attempt, DeliverReply reply);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Attempt}: given up, it is no longer wanted.")]
    private partial void GivenUp(string attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Attempt}: failed, {Code}: {Why}")]
    private partial void Failed(string attempt, string code, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not ask for work: {Why}")]
    private partial void NotLeased(string why);
}
