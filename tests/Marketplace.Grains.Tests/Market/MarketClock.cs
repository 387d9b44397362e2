namespace Marketplace.Grains.Tests.Market;

/// <summary>
/// Time that stands until it is advanced, and then is the later one at once, as for a machine that slept: each timer
/// that was due on the way fires once, in their order. A silo has dozens of timers that fire every second or so; that
/// each fires for every period, as with <see cref="Microsoft.Extensions.Time.Testing.FakeTimeProvider"/>, makes an
/// advance of days take a minute.
/// </summary>
internal sealed class MarketClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);

        lock (_lock)
        {
            _now += by;
        }

        while (NextDue() is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Advances to a time that is not past.</summary>
    public void AdvanceTo(DateTimeOffset time) => Advance(time - GetUtcNow());

    /// <summary>Sets the time, back also, as somebody sets a clock: timers stay due when they were.</summary>
    public void AdjustTime(DateTimeOffset time)
    {
        lock (_lock)
        {
            _timers.ForEach(timer => timer.Due += time - _now);
            _now = time;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>The timer that was due first, until none is due any more.</summary>
    private Timer? NextDue()
    {
        lock (_lock)
        {
            if (_timers.MinBy(one => one.Due) is not { } timer || timer.Due > _now)
            {
                return null;
            }

            if (timer.Period == Timeout.InfiniteTimeSpan)
            {
                _timers.Remove(timer);
            }
            else
            {
                timer.Due = _now + timer.Period;
            }

            return timer;
        }
    }

    private sealed class Timer(MarketClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _isDisposed;

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var isDue = false;

            lock (clock._lock)
            {
                if (_isDisposed)
                {
                    return false;
                }

                clock._timers.Remove(this);
                Period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;

                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    isDue = dueTime == TimeSpan.Zero;

                    if (!isDue || Period != Timeout.InfiniteTimeSpan)
                    {
                        Due = isDue ? Due + Period : Due;
                        clock._timers.Add(this);
                    }
                }
            }

            if (isDue)
            {
                Fire();
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                _isDisposed = true;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
