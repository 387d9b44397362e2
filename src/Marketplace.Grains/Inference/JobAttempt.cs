using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Inference;

/// <summary>The current attempt: who works on it and at what price.</summary>
/// <param name="Ask">Locked when the attempt began.</param>
/// <param name="Prefix">Tokens that were there before it.</param>
/// <param name="Kind">What the device said that it is.</param>
/// <param name="Model">
/// The same with its name, see <see cref="DeviceClass.ModelOf"/>; null in what was stored before.
/// </param>
[GenerateSerializer, Alias("JobAttempt")]
internal sealed record JobAttempt(
    [property: Id(0)] AttemptId Id,
    [property: Id(1)] DeviceId Device,
    [property: Id(2)] ProviderId Provider,
    [property: Id(3)] DeviceAsk Ask,
    [property: Id(4)] DateTimeOffset At,
    [property: Id(5)] int Prefix,
    [property: Id(6)] DeviceKind Kind = DeviceKind.Host,
    [property: Id(7)] string? Model = null);
