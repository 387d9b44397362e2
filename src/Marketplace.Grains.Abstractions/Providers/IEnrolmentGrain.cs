using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Devices;

namespace Marketplace.Grains.Abstractions.Providers;

/// <summary>One enrolment code by its hash; key <c>enr_…</c>.</summary>
[GrainInterfaceType("enrolment"), Alias("IEnrolmentGrain")]
public interface IEnrolmentGrain : IGrainWithStringKey
{
    /// <summary>Stores the code; called by the provider.</summary>
    [Alias("Issue")]
    Task Issue(ProviderId provider, DateTimeOffset expiresAt, CancellationToken cancel = default);

    /// <summary>
    /// Uses the code up and enrols a device; null when unknown, used or expired. The same public key may ask again.
    /// </summary>
    [Alias("Redeem")]
    Task<DeviceView?> Redeem(NewDevice device, CancellationToken cancel = default);
}
