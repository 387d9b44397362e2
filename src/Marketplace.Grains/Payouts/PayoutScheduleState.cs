using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Payouts;

/// <summary>A provider's schedule and where it stands.</summary>
[GenerateSerializer, Alias("PayoutScheduleState")]
internal sealed record PayoutScheduleState
{
    [Id(0)]
    public PayoutSchedule Schedule { get; init; } = PayoutSchedule.Never;

    [Id(1)]
    public DateTimeOffset? NextAt { get; init; }

    [Id(2)]
    public string? LastOutcome { get; init; }
}
