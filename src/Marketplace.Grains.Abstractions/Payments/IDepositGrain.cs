using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>An expected deposit; key <c>dep_…</c>.</summary>
[GrainInterfaceType("deposit"), Alias("IDepositGrain")]
public interface IDepositGrain : IGrainWithStringKey
{
    /// <summary>
    /// Opens it and answers the URL to pay; amount null leaves it to the payer. Null without a chain.
    /// </summary>
    [Alias("Open")]
    Task<DepositView?> Open(AccountId account, Usdc? amount, CancellationToken cancel = default);

    /// <summary>The deposit, or null.</summary>
    [Alias("Describe")]
    Task<DepositView?> Describe(CancellationToken cancel = default);

    /// <summary>Looks at the chain now and credits what is finalized; also called by the watcher.</summary>
    [Alias("Check")]
    Task<DepositView?> Check(CancellationToken cancel = default);
}
