namespace Marketplace.Ledger.Verify;

/// <summary>Adds the journals up again by other means than ours.</summary>
public interface IIndependentBook
{
    /// <summary>
    /// The balance of each account that is not zero, in the asset's smallest unit, debit positive. An exception means
    /// that it cannot add up now.
    /// </summary>
    Task<IReadOnlyDictionary<string, long>> Balances(
        IAsyncEnumerable<StoredJournal> journals, CancellationToken cancel = default);
}
