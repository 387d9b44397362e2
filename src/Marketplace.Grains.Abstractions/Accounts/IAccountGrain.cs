using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Accounts;

/// <summary>An account; key <c>acc_…</c>.</summary>
[GrainInterfaceType("account"), Alias("IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>Opens the account, live or for tests; again it changes nothing.</summary>
    [Alias("Open")]
    Task<AccountView> Open(string name, bool live, CancellationToken cancel = default);

    /// <summary>The account, or null when it was never opened.</summary>
    [Alias("Describe")]
    Task<AccountView?> Describe(CancellationToken cancel = default);

    /// <summary>Makes the account a provider, once; repeated it returns the same provider.</summary>
    [Alias("BecomeProvider")]
    Task<ProviderId> BecomeProvider(string name, CancellationToken cancel = default);

    /// <summary>
    /// Issues a key; the secret is made by the caller and only its hash is kept. The same id again is the same key,
    /// with the secret of the first time.
    /// </summary>
    [Alias("IssueKey")]
    Task<IssueKeyOutcome> IssueKey(NewApiKey key, CancellationToken cancel = default);

    /// <summary>Revokes a key of this account; false when it has no such key. Takes effect at once.</summary>
    [Alias("RevokeKey")]
    Task<bool> RevokeKey(ApiKeyId key, CancellationToken cancel = default);

    /// <summary>The keys, newest first; at most 100.</summary>
    [Alias("Keys")]
    Task<IReadOnlyList<ApiKeyView>> Keys(CancellationToken cancel = default);

    /// <summary>Sets storage aside for an upload, before it begins; a file that the account has is free.</summary>
    /// <param name="bytes">Length of the upload, or null when it is not told.</param>
    /// <param name="fileMax">Largest file.</param>
    /// <param name="quota">Bytes that the account may store.</param>
    [Alias("ReserveStorage")]
    Task<ReserveStorageOutcome> ReserveStorage(
        string sha256, long? bytes, long fileMax, long quota, CancellationToken cancel = default);

    /// <summary>The upload has ended with this many bytes, or stored nothing (null).</summary>
    [Alias("SettleStorage")]
    Task SettleStorage(string sha256, long? bytes, CancellationToken cancel = default);

    /// <summary>
    /// Grants promotional credit; recorded in the audit log. False when the grant stands with another amount.
    /// </summary>
    [Alias("Credit")]
    Task<bool> Credit(string grantId, Usdc amount, AdminAct act, CancellationToken cancel = default);
}
