using Marketplace.Domain.Accounts;

namespace Marketplace.Domain.Ledger;

/// <summary>
/// A part of a journal that falls through accounts in order: each takes what it can bear, the last one the rest. The
/// book divides it under its locks, so that the journal, its hash and a repeat of it do not depend on balances that
/// move. A debit falls through what liabilities hold free; a credit through what assets are still owed.
/// </summary>
/// <param name="Accounts">In order; all of one asset, each once, all but the last with a floor.</param>
/// <param name="Amount">Debit positive, credit negative, in the asset's smallest unit; never zero.</param>
[GenerateSerializer, Immutable, Alias("Waterfall")]
public sealed record Waterfall(
    [property: Id(0)] IReadOnlyList<LedgerAccount> Accounts, [property: Id(1)] long Amount)
{
    /// <summary>Debits an amount: the first accounts give what they have.</summary>
    public static IReadOnlyList<Waterfall> Debit(Usdc amount, params IReadOnlyList<LedgerAccount> accounts) =>
        amount == Usdc.Zero ? [] : [new(accounts, amount.Micros)];

    /// <summary>Credits an amount: the first accounts take what they are owed.</summary>
    public static IReadOnlyList<Waterfall> Credit(Usdc amount, params IReadOnlyList<LedgerAccount> accounts) =>
        amount == Usdc.Zero ? [] : [new(accounts, -amount.Micros)];

    /// <summary>Credits a customer: what the customer owes is settled first, the rest may be spent.</summary>
    public static IReadOnlyList<Waterfall> ToCustomer(AccountId customer, Usdc amount) =>
        Credit(amount, Chart.Receivable(customer), Chart.Available(customer));

    /// <summary>
    /// How much of <see cref="Amount"/> an account bears that is not the last: at most what is free on it.
    /// </summary>
    /// <param name="account">One of <see cref="Accounts"/>.</param>
    /// <param name="left">What is still to be divided, with the sign of the amount.</param>
    /// <param name="free">What is free on the account.</param>
    public static long Bears(LedgerAccount account, long left, long free)
    {
        var isBounded = account.Floored && account.Class == (left > 0 ? 'L' : 'A');
        return isBounded ? Math.Sign(left) * Math.Min(Math.Abs(left), Math.Max(free, 0)) : left;
    }
}
