using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Renders;

/// <summary>One attempt at one unit.</summary>
/// <param name="Ask">Locked when the attempt began.</param>
[GenerateSerializer, Alias("UnitAttempt")]
internal sealed record UnitAttempt(
    [property: Id(0)] AttemptId Id,
    [property: Id(1)] int Unit,
    [property: Id(2)] DeviceId Device,
    [property: Id(3)] ProviderId Provider,
    [property: Id(4)] DeviceAsk Ask,
    [property: Id(5)] DateTimeOffset At)
{
    /// <summary>Set when it was drawn to be checked and has to show its leaves.</summary>
    [Id(6)]
    public CommittedUnit? Commitment { get; init; }
}
