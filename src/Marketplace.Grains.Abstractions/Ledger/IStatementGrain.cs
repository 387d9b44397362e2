using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Verification;

namespace Marketplace.Grains.Abstractions.Ledger;

/// <summary>Reads the books and the register; stateless worker, key 0.</summary>
[GrainInterfaceType("statement"), Alias("IStatementGrain")]
public interface IStatementGrain : IGrainWithIntegerKey
{
    /// <summary>What a customer has.</summary>
    [Alias("Balance")]
    Task<BalanceView> Balance(AccountId account, CancellationToken cancel = default);

    /// <summary>What a provider has earned.</summary>
    [Alias("Earnings")]
    Task<EarningsView> Earnings(ProviderId provider, CancellationToken cancel = default);

    /// <summary>A customer's movements, newest first.</summary>
    [Alias("Usage")]
    Task<Page<StatementView>> Usage(AccountId account, long? before, int limit, CancellationToken cancel = default);

    /// <summary>A provider's movements, newest first.</summary>
    [Alias("ProviderMovements")]
    Task<Page<StatementView>> ProviderMovements(
        ProviderId provider, long? before, int limit, CancellationToken cancel = default);

    /// <summary>A list of the register; kinds are those of the Ledger's RegisterKinds.</summary>
    [Alias("List")]
    Task<Page<ListItem>> List(string kind, ListQuery query, CancellationToken cancel = default);

    /// <summary>Where a thing of the owner stands in its list, as a cursor; null when it is not in it.</summary>
    [Alias("Place")]
    Task<long?> Place(string kind, AccountId owner, string id, CancellationToken cancel = default);

    /// <summary>The whole trial balance.</summary>
    [Alias("TrialBalance")]
    Task<IReadOnlyList<TrialBalanceView>> TrialBalance(CancellationToken cancel = default);

    /// <summary>The audit log, newest first.</summary>
    [Alias("Audit")]
    Task<Page<AuditView>> Audit(long? before, int limit, CancellationToken cancel = default);

    /// <summary>
    /// A receipt with its proof as canonical JSON, when it belongs to the account (null: any, for administrators).
    /// </summary>
    [Alias("Receipt")]
    Task<string?> Receipt(ReceiptId receipt, AccountId? account, CancellationToken cancel = default);

    /// <summary>Where a kept finding is; null when there is none, or none any more.</summary>
    [Alias("Finding")]
    Task<FindingView?> Finding(FindingId finding, CancellationToken cancel = default);

    /// <summary>The public keys of receipts, and the addresses that put their roots on chain.</summary>
    [Alias("ReceiptKeys")]
    Task<ReceiptKeys> ReceiptKeys(CancellationToken cancel = default);

    /// <summary>The signed manifest of the catalogue's models: canonical JSON.</summary>
    [Alias("ModelManifest")]
    Task<string> ModelManifest(CancellationToken cancel = default);

    /// <summary>The oldest name of the model with this id; null when no model has it.</summary>
    [Alias("ModelNamed")]
    Task<string?> ModelNamed(string modelId, CancellationToken cancel = default);

    /// <summary>Writes an administrative act that no other grain records.</summary>
    [Alias("Record")]
    Task Record(AdminAct act, string action, string subject, CancellationToken cancel = default);
}
