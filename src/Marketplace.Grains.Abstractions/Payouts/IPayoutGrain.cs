using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>A payout; key <c>pay_…</c>.</summary>
[GrainInterfaceType("payout"), Alias("IPayoutGrain")]
public interface IPayoutGrain : IGrainWithStringKey
{
    /// <summary>Asks for a payout to the provider's wallet. Again with the same amount: the first answer.</summary>
    [Alias("Request")]
    Task<PayoutOutcome> Request(ProviderId provider, Usdc amount, CancellationToken cancel = default);

    /// <summary>
    /// The same without waiting for the next run, for the fee of the ladder; above its last rung it is a standard one.
    /// </summary>
    [Alias("RequestInstant")]
    Task<PayoutOutcome> RequestInstant(ProviderId provider, Usdc amount, CancellationToken cancel = default);

    /// <summary>Either of the two on a rail of the caller's choice.</summary>
    [Alias("RequestOn")]
    Task<PayoutOutcome> RequestOn(
        RailName rail, ProviderId provider, Usdc amount, PayoutSpeed speed, CancellationToken cancel = default);

    /// <summary>The payout, or null.</summary>
    [Alias("Describe")]
    Task<PayoutView?> Describe(CancellationToken cancel = default);

    /// <summary>Puts a payout that stopped into a chunk again, when nothing of it can still land.</summary>
    [Alias("Retry")]
    Task<PayoutView?> Retry(AdminAct act, CancellationToken cancel = default);

    /// <summary>The lane has news of it.</summary>
    [Alias("Refresh")]
    Task Refresh(CancellationToken cancel = default);
}
