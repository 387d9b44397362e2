namespace Marketplace.Ledger;

/// <summary>Times are stored as microseconds since 1970 UTC.</summary>
internal static class Micros
{
    public static long ToMicros(this DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(this long micros) =>
        DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);
}
