using System.Threading.Channels;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Renders;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Work;

/// <summary>
/// Leases work while there are free slots: on a hint, when a slot gets free and every poll interval. Each attempt runs
/// on its own and ends in a delivery, a failure told to the market, or silence when the market no longer wants it.
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

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks for work soon.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    public async Task Run(CancellationToken cancel)
    {
        var failures = 0;

        try
        {
            while (!cancel.IsCancellationRequested)
            {
                failures = await LeaseAll(cancel) ? 0 : failures + 1;
                await WaitForNext(failures == 0 ? options.PollInterval : pace.After(failures), cancel);
            }
        }
        finally
        {
            await Drained();
        }
    }

    /// <summary>Leases until nothing waits or no slot is free; false when the market could not be asked.</summary>
    private async Task<bool> LeaseAll(CancellationToken cancel)
    {
        try
        {
            // Alone while nothing waits; several at once when there is a lot to do.
            for (var atOnce = 1; attempts.Count < options.Slots; atOnce = LeasesAtOnceMax)
            {
                var calls = Math.Min(atOnce, options.Slots - attempts.Count);
                var leased = await Task.WhenAll(Enumerable.Range(0, calls).Select(_ => LeaseOne(cancel)));

                if (leased.Contains(false))
                {
                    break;
                }
            }

            return true;
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            NotLeased(fault.Message);
            return false;
        }
    }

    /// <summary>Begins what was leased before any other call can fail; false when nothing waits.</summary>
    private async Task<bool> LeaseOne(CancellationToken cancel)
    {
        if (await link.Lease(cancel) is not { } order)
        {
            return false;
        }

        Begin(order, cancel);

        return true;
    }

    private async Task WaitForNext(TimeSpan most, CancellationToken cancel)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(
            _wake.Reader.WaitToReadAsync(waiting.Token).AsTask(),
            Task.Delay(most, time, waiting.Token));
        await waiting.CancelAsync();
        _wake.Reader.TryRead(out _);
    }

    private void Begin(WorkOrderMessage order, CancellationToken cancel)
    {
        var attempt = new RunningAttempt(order, time, cancel);

        if (!attempts.TryAdd(attempt))
        {
            attempt.Dispose();
            return;
        }

        Started(order.Attempt, order.Work);
        _ = Task.Run(() => Finish(attempt, cancel), CancellationToken.None);
    }

    private async Task Finish(RunningAttempt attempt, CancellationToken cancel)
    {
        try
        {
            var reply = await Do(attempt);
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
            Wake();
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

        for (var wakes = 0; attempts.Count > 0 && wakes < WakesMax; wakes++)
        {
            await WaitForNext(TimeSpan.FromMilliseconds(100), CancellationToken.None);
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
