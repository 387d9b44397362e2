using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>When a provider is paid without asking; key <c>prov_…</c>.</summary>
[GrainInterfaceType("payout-schedule"), Alias("IPayoutScheduleGrain")]
public interface IPayoutScheduleGrain : IGrainWithStringKey
{
    /// <summary>The schedule and its next run.</summary>
    [Alias("Describe")]
    Task<ScheduleView> Describe(CancellationToken cancel = default);

    /// <summary>Replaces the schedule.</summary>
    [Alias("Set")]
    Task<ScheduleView> Set(PayoutSchedule schedule, CancellationToken cancel = default);

    /// <summary>Asks for the payout that is due, if any; repeating it is harmless.</summary>
    [Alias("Run")]
    Task Run(CancellationToken cancel = default);
}
