using Marketplace.Api.Http;

namespace Marketplace.Api.Ledger;

/// <summary>From a moment on, up to and without another.</summary>
internal readonly record struct UsagePeriod(DateTimeOffset From, DateTimeOffset To)
{
    private static readonly TimeSpan LengthMax = TimeSpan.FromDays(366);
    private static readonly TimeSpan LengthDefault = TimeSpan.FromDays(31);

    /// <summary>Without an end until now, without a beginning the 31 days before the end.</summary>
    /// <exception cref="InvalidFieldException">It is empty or longer than 366 days.</exception>
    public static UsagePeriod Of(DateTimeOffset? from, DateTimeOffset? to, DateTimeOffset now)
    {
        var end = to ?? now;
        var begin = from ?? (end - DateTimeOffset.MinValue > LengthDefault ? end - LengthDefault : end);

        return begin < end && end - begin <= LengthMax
            ? new(begin, end)
            : throw new InvalidFieldException("from", $"must be before 'to', by at most {LengthMax.Days} days");
    }
}
