using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>A provider's schedule.</summary>
/// <param name="Schedule">What the provider set.</param>
/// <param name="NextAt">The next run, or null.</param>
/// <param name="LastOutcome">What the last run came to, or null before the first.</param>
[GenerateSerializer, Immutable, Alias("ScheduleView")]
public sealed record ScheduleView(
    [property: Id(0)] PayoutSchedule Schedule,
    [property: Id(1)] DateTimeOffset? NextAt,
    [property: Id(2)] string? LastOutcome);
