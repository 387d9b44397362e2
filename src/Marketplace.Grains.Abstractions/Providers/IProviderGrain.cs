using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;

namespace Marketplace.Grains.Abstractions.Providers;

/// <summary>A provider; key <c>prov_…</c>.</summary>
[GrainInterfaceType("provider"), Alias("IProviderGrain")]
public interface IProviderGrain : IGrainWithStringKey
{
    /// <summary>Opens the provider for an account, live or for tests as that.</summary>
    [Alias("Open")]
    Task<ProviderView> Open(AccountId account, string name, bool live, CancellationToken cancel = default);

    /// <summary>The provider, or null when it was never opened.</summary>
    [Alias("Describe")]
    Task<ProviderView?> Describe(CancellationToken cancel = default);

    /// <summary>
    /// Sets the wallet; the address has been checked to be a wallet. It is screened first; payouts wait for the
    /// wallet-change lock.
    /// </summary>
    [Alias("SetWallet")]
    Task<WalletOutcome> SetWallet(string address, CancellationToken cancel = default);

    /// <summary>Tells who the provider is; the legal name is screened.</summary>
    [Alias("SetIdentity")]
    Task<ProviderView> SetIdentity(ProviderIdentity identity, CancellationToken cancel = default);

    /// <summary>
    /// Issues a one-time code, valid for ten minutes. The same request again within that time is answered without the
    /// code, which is shown once; null is a request of its own.
    /// </summary>
    [Alias("IssueEnrolmentCode")]
    Task<EnrolmentCode> IssueEnrolmentCode(string? request, CancellationToken cancel = default);

    /// <summary>Stops all new work of its devices and all its payouts.</summary>
    [Alias("Suspend")]
    Task Suspend(AdminAct act, CancellationToken cancel = default);

    /// <summary>Ends a suspension.</summary>
    [Alias("Resume")]
    Task Resume(AdminAct act, CancellationToken cancel = default);

    /// <summary>Finishes a suspension, or its end, that a crash cut off; called by the sweep.</summary>
    [Alias("Wake")]
    Task Wake(CancellationToken cancel = default);
}
