using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Abstractions.Market;

/// <summary>A line of a batch that a device works on.</summary>
/// <param name="Work">Its job.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Device">Who is at it.</param>
/// <param name="At">Since when.</param>
/// <param name="EnqueuedAt">Since when the job has waited, or would wait.</param>
[GenerateSerializer, Immutable, Alias("BatchRun")]
public sealed record BatchRun(
    [property: Id(0)] string Work,
    [property: Id(1)] AttemptId Attempt,
    [property: Id(2)] DeviceId Device,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] DateTimeOffset EnqueuedAt);
