using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>A refund in USDC on chain; key <c>pay_…</c>.</summary>
[GrainInterfaceType("usdc-refund"), Alias("IUsdcRefundGrain")]
public interface IUsdcRefundGrain : IGrainWithStringKey
{
    /// <summary>Refunds a part of a customer's balance. Again with the same content: the first answer.</summary>
    [Alias("Request")]
    Task<UsdcRefundOutcome> Request(AccountId account, NewUsdcRefund wish, CancellationToken cancel = default);

    /// <summary>
    /// Sends a deposit in suspense back. The one who asks is the first of the two people that it takes. Again with the
    /// same content: the first answer.
    /// </summary>
    /// <param name="deposit">The deposit's transaction.</param>
    /// <param name="wish">All of the deposit, and where to.</param>
    /// <param name="asker">Who asks, and why.</param>
    /// <param name="cancel">Ends the wait.</param>
    [Alias("RequestUnmatched")]
    Task<UsdcRefundOutcome> RequestUnmatched(
        string deposit, NewUsdcRefund wish, Reviewer asker, CancellationToken cancel = default);

    /// <summary>The refund, or null.</summary>
    [Alias("Describe")]
    Task<UsdcRefund?> Describe(CancellationToken cancel = default);

    /// <summary>Puts a refund that stopped into a chunk again, when nothing of it can still land.</summary>
    [Alias("Retry")]
    Task<UsdcRefund?> Retry(AdminAct act, CancellationToken cancel = default);

    /// <summary>Gives the money of a refund that waits or stopped back to where it came from.</summary>
    [Alias("Cancel")]
    Task<UsdcRefundOutcome> Cancel(AdminAct act, CancellationToken cancel = default);
}
