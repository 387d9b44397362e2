using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Work;

/// <summary>
/// Repeats a delivery until the market has answered it. Deliveries carry their attempt, so a repeat is harmless.
/// </summary>
internal sealed partial class Deliveries(RetryPace pace, TimeProvider time, ILogger<Deliveries> log)
{
    /// <summary>The market's answer; <see cref="DeliverReply.Stale"/> when the deadline came first.</summary>
    public async Task<DeliverReply> UntilAnswered(
        RunningAttempt running, Func<CancellationToken, Task<DeliverReply>> send, CancellationToken cancel)
    {
        var attempt = running.Order.Attempt;

        for (var failures = 1; ; failures++)
        {
            try
            {
                return await send(cancel);
            }
            catch (MarketRefusal refusal) when (refusal.IsFinal)
            {
                Refused(attempt, refusal.Message);
                return DeliverReply.Refused;
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested)
            {
                var wait = pace.After(failures);

                if (time.GetUtcNow() + wait >= running.Deadline)
                {
                    GivenUp(attempt, failures, fault.Message);
                    return DeliverReply.Stale;
                }

                Repeated(attempt, failures, fault.Message);
                await Task.Delay(wait, time, cancel);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "{Attempt}: delivery failed {Failures} times, trying again: {Why}")]
    private partial void Repeated(string attempt, int failures, string why);

    [LoggerMessage(
        Level = LogLevel.Error, Message = "{Attempt}: not delivered before its deadline, {Failures} tries: {Why}")]
    private partial void GivenUp(string attempt, int failures, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Attempt}: the market refuses the delivery: {Why}")]
    private partial void Refused(string attempt, string why);
}
