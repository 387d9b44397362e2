using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Devices;

/// <summary>A check that a device's result did not stand.</summary>
/// <param name="Attempt">Whose result it was.</param>
/// <param name="Work">The job or render.</param>
/// <param name="At">When it was found.</param>
[GenerateSerializer, Alias("FailedAudit")]
internal sealed record FailedAudit(
    [property: Id(0)] AttemptId Attempt, [property: Id(1)] string Work, [property: Id(2)] DateTimeOffset At);
