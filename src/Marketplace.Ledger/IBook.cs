using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>
/// The books: double entry in SQL, the only home of balances. Every call is safe to repeat; an exception means that the
/// outcome is unknown or the database is down, and the caller asks again with the same keys.
/// </summary>
public interface IBook
{
    /// <summary>
    /// Posts journals, places and resolves holds and changes the register in one transaction: all of it or nothing.
    /// </summary>
    Task<PostOutcome> Post(Entry entry, CancellationToken cancel = default);

    /// <summary>The balance with the account's natural sign (what is owed is positive) and what is held.</summary>
    Task<AccountBalance> Balance(LedgerAccount account, CancellationToken cancel = default);

    /// <summary>Several balances as of one moment, in the order asked for; see <see cref="Balance"/>.</summary>
    Task<IReadOnlyList<AccountBalance>> Balances(
        IReadOnlyList<LedgerAccount> accounts, CancellationToken cancel = default);

    /// <summary>Every account with its balance, by name; sums to zero per asset.</summary>
    Task<IReadOnlyList<TrialBalanceLine>> TrialBalance(CancellationToken cancel = default);

    /// <summary>The journals that touched an account, newest first.</summary>
    /// <param name="account">The account.</param>
    /// <param name="before">Journals below this sequence number only; null from the newest.</param>
    /// <param name="limit">At most 100.</param>
    /// <param name="cancel">Ends the wait.</param>
    Task<IReadOnlyList<StatementLine>> Statement(
        LedgerAccount account, long? before, int limit, CancellationToken cancel = default);
}
