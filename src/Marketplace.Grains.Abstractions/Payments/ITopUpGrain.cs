using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>One top-up by card with its refunds and disputes; key <c>top_…</c>.</summary>
[GrainInterfaceType("top-up"), Alias("ITopUpGrain")]
public interface ITopUpGrain : IGrainWithStringKey
{
    /// <summary>The top-up as it is stored, or null.</summary>
    [Alias("Describe")]
    Task<TopUp?> Describe(CancellationToken cancel = default);

    /// <summary>
    /// Does what is outstanding at the processor and takes over what it says. Safe to call at any time, any number of
    /// times.
    /// </summary>
    [Alias("Look")]
    Task<TopUp?> Look(CancellationToken cancel = default);

    /// <summary>
    /// Refunds a part to the card: held first, then asked for. Again with the same content is harmless.
    /// </summary>
    [Alias("Refund")]
    Task<CardRefundOutcome> Refund(
        AccountId account, CardRefundId refund, Cents amount, CancellationToken cancel = default);

    /// <summary>Sends the evidence of a dispute to the bank, once. Null when there is no such dispute.</summary>
    [Alias("SendEvidence")]
    Task<TopUp?> SendEvidence(string dispute, AdminAct act, CancellationToken cancel = default);
}
