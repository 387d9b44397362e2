namespace Marketplace.Grains.Tests.Payouts;

/// <summary>The machine's clock, moved ahead: timers run as ever, dates are later.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _ticks;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() =>
        System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ticks));
}
