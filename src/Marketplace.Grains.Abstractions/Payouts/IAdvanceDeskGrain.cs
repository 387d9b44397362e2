using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>Advances on the earnings of one provider; key <c>prov_…</c>.</summary>
[GrainInterfaceType("advance-desk"), Alias("IAdvanceDeskGrain")]
public interface IAdvanceDeskGrain : IGrainWithStringKey
{
    /// <summary>What the provider could get now.</summary>
    [Alias("Offer")]
    Task<AdvanceOffer> Offer(CancellationToken cancel = default);

    /// <summary>Makes an advance. The same request again: the first answer.</summary>
    /// <param name="request">The caller's idempotency key, as a name.</param>
    /// <param name="amount">The principal, discount included.</param>
    /// <param name="cancel">Ends the wait.</param>
    [Alias("Take")]
    Task<AdvanceOutcome> Take(Guid request, Usdc amount, CancellationToken cancel = default);

    /// <summary>Earns the part of the discount that repayments have made due; repeating it is harmless.</summary>
    [Alias("Settle")]
    Task Settle(CancellationToken cancel = default);
}
