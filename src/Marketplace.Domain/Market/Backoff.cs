namespace Marketplace.Domain.Market;

/// <summary>How long to wait before the next try: doubled with each failure, up to a limit.</summary>
public static class Backoff
{
    private const int DoublingsMax = 30;

    /// <param name="failures">Failures so far, at least 1.</param>
    /// <param name="first">After the first failure.</param>
    /// <param name="max">Never longer than this.</param>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var factor = 1L << Math.Min(failures - 1, DoublingsMax);

        return first.Ticks > max.Ticks / factor ? max : first * factor;
    }
}
