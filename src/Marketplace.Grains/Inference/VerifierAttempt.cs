using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Inference;

/// <summary>An attempt at a second opinion.</summary>
/// <param name="At">When it began.</param>
/// <param name="Model">
/// What the device says that it is, see <see cref="DeviceClass.ModelOf"/>; null in what was stored before.
/// </param>
[GenerateSerializer, Alias("VerifierAttempt")]
internal sealed record VerifierAttempt(
    [property: Id(0)] AttemptId Id,
    [property: Id(1)] DeviceId Device,
    [property: Id(2)] ProviderId Provider,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] string? Model = null);
