using Marketplace.Domain;
using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Devices;

/// <summary>What failed checks do to a device: one is a warning, several set it aside.</summary>
internal sealed partial class DeviceGrain
{
    /// <summary>Failed checks that count against it now.</summary>
    private int Failures
    {
        get
        {
            var since = clock.GetUtcNow() - verification.Value.FailuresCountFor;
            return device.State.Failures.Count(one => one.At > since && one.At > device.State.ReinstatedAt);
        }
    }

    public async Task FailAudit(AttemptId attempt, string work, CancellationToken cancel = default)
    {
        RequireEnrolled();

        if (device.State.Failures.All(one => one.Attempt != attempt))
        {
            var failures = device.State.Failures
                .TakeLast(DeviceState.FailuresKept - 1)
                .Append(new FailedAudit(attempt, work, clock.GetUtcNow()));
            await Stand(device.State with { Failures = [.. failures] }, cancel);
        }
    }

    public async Task Reinstate(AdminAct act, CancellationToken cancel = default)
    {
        RequireEnrolled();
        await acts.Record(act, "device.reinstate", Id.Value, cancel);
        await Stand(device.State with { ReinstatedAt = clock.GetUtcNow() }, cancel);
    }
}
