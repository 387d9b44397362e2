using Marketplace.Domain;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>The switch of all payouts; key 0.</summary>
[GrainInterfaceType("payout-control"), Alias("IPayoutControlGrain")]
public interface IPayoutControlGrain : IGrainWithIntegerKey
{
    /// <summary>Stops all signing and sending of new chunks.</summary>
    [Alias("Freeze")]
    Task Freeze(AdminAct act, CancellationToken cancel = default);

    /// <summary>Lets payouts go on.</summary>
    [Alias("Unfreeze")]
    Task Unfreeze(AdminAct act, CancellationToken cancel = default);

    /// <summary>Why payouts are stopped, or null when they are not.</summary>
    [Alias("FrozenBecause")]
    Task<string?> FrozenBecause(CancellationToken cancel = default);
}
