using Marketplace.Domain.Devices;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Providers;

namespace Marketplace.Grains.Providers;

/// <summary>A code that enrols one device, once.</summary>
[GrainType("enrolment")]
internal sealed class EnrolmentGrain(
    [PersistentState("enrolment")] IPersistentState<EnrolmentState> code, TimeProvider clock) : Grain, IEnrolmentGrain
{
    public async Task Issue(ProviderId provider, DateTimeOffset expiresAt, CancellationToken cancel = default)
    {
        if (code.State.Provider is null)
        {
            await this.Save(code, new EnrolmentState { Provider = provider, ExpiresAt = expiresAt });
        }
    }

    public async Task<DeviceView?> Redeem(NewDevice device, CancellationToken cancel = default)
    {
        if (code.State.Provider is not { } provider)
        {
            DeactivateOnIdle();
            return null;
        }

        var isFresh = code.State.UsedBy is null && clock.GetUtcNow() < code.State.ExpiresAt;
        var isRepeat = code.State.UsedBy is { } used && used.AsSpan().SequenceEqual(device.PublicKey);

        if (!isFresh && !isRepeat)
        {
            return null;
        }

        // The id follows from the key, so one key is one device, whatever is repeated or lost on the way.
        var id = DeviceId.OfKey(device.PublicKey);
        var grain = GrainFactory.GetGrain<IDeviceGrain>(id.Value);
        var known = await grain.Describe(cancel);
        var owner = await GrainFactory.GetGrain<IProviderGrain>(provider.Value).Describe(cancel);

        if (owner is null || owner.Suspended || (known is not null && known.Provider != provider))
        {
            return null;
        }

        if (!isRepeat)
        {
            await this.Save(code, code.State with { UsedBy = device.PublicKey });
        }

        return await grain.Enrol(provider, device, cancel);
    }
}
