using Marketplace.Domain;
using Marketplace.Domain.Accounts;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>Transfers that came in without an owner; key 0.</summary>
[GrainInterfaceType("suspense"), Alias("ISuspenseGrain")]
public interface ISuspenseGrain : IGrainWithIntegerKey
{
    /// <summary>What waits for an owner, oldest first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<SuspenseView>> List(int limit, CancellationToken cancel = default);

    /// <summary>Gives what waits of one transaction to an account; the act goes into the audit log.</summary>
    [Alias("Match")]
    Task<SuspenseOutcome> Match(
        string signature, AccountId account, AdminAct act, CancellationToken cancel = default);
}
