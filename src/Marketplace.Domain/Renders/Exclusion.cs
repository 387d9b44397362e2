using Marketplace.Domain.Devices;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Renders;

/// <summary>A device that failed at a render and gets nothing of it any more.</summary>
[GenerateSerializer, Immutable, Alias("Exclusion")]
public sealed record Exclusion([property: Id(0)] DeviceId Device, [property: Id(1)] ProviderId Provider)
{
    /// <summary>Whether a device may not have units: it failed itself, or its provider is barred.</summary>
    public static bool Bars(IReadOnlyList<Exclusion> known, DeviceId device, ProviderId provider) =>
        known.Any(excluded => excluded.Device == device) || Barred(known).Contains(provider);

    /// <summary>Providers of so many devices that failed that the next one would as well.</summary>
    public static IReadOnlyList<ProviderId> Barred(IReadOnlyList<Exclusion> known) =>
    [
        .. known.CountBy(excluded => excluded.Provider)
            .Where(provider => provider.Value >= RenderLimits.DevicesExcludedMax)
            .Select(provider => provider.Key),
    ];
}
