using Marketplace.Agent.Protocol;

namespace Marketplace.Agent.Work;

/// <summary>An attempt this rig works on, until it is delivered, given up or past its deadline.</summary>
internal sealed class RunningAttempt : IDisposable
{
    /// <summary>Work leased now is wanted now, whatever the rig's clock says of its deadline.</summary>
    private static readonly TimeSpan TimeMin = TimeSpan.FromMinutes(1);

    // A timer takes about 49 days at most.
    private static readonly TimeSpan TimeMax = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _stop;

    public RunningAttempt(WorkOrderMessage order, TimeProvider time, CancellationToken cancel)
    {
        Order = order;

        var now = time.GetUtcNow();
        var left = TimeSpan.FromTicks(Math.Clamp((order.Deadline - now).Ticks, TimeMin.Ticks, TimeMax.Ticks));
        Deadline = now + left;
        _deadline = new CancellationTokenSource(left, time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancel);
        Token = _stop.Token;
    }

    public WorkOrderMessage Order { get; }

    /// <summary>When the work is worth nothing any more, by the rig's clock.</summary>
    public DateTimeOffset Deadline { get; }

    /// <summary>Ends the work. Kept apart, so that it may be asked after the attempt is closed.</summary>
    public CancellationToken Token { get; }

    /// <summary>The market does not want it any more.</summary>
    public void GiveUp()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended in this moment.
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _deadline.Dispose();
    }
}
