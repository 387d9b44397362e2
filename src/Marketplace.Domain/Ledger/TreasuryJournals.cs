namespace Marketplace.Domain.Ledger;

/// <summary>
/// The journals of the platform's own money: between wallets, the bank and the card processor, and what it puts in.
/// Movements on chain are named by their signature.
/// </summary>
public static class TreasuryJournals
{
    /// <summary>
    /// USDC is bought with dollars of the bank: a conversion at par; what it cost above that is an expense, below it a
    /// gain.
    /// </summary>
    /// <param name="id">Names the purchase.</param>
    /// <param name="paid">What the bank paid.</param>
    /// <param name="bought">What came into the treasury.</param>
    public static Journal Buy(string id, Cents paid, Usdc bought)
    {
        var cost = paid.MicroUsd - bought.Micros;

        return new(
            $"buy:{id}",
            "usdc-bought",
            [
                .. Leg(Chart.UsdExchange, bought.Micros),
                .. Leg(Chart.ExchangeCost, cost),
                .. Leg(Chart.Bank, -paid.MicroUsd),
                .. Journal.Move(Chart.Treasury, Chart.UsdcExchange, bought),
            ]);
    }

    /// <summary>The card processor pays its balance to the bank.</summary>
    /// <param name="payout">The processor's id of it, such as <c>po_…</c>.</param>
    /// <param name="amount">What was paid.</param>
    public static Journal StripePayout(string payout, Cents amount) => new(
        $"stripepayout:{payout}", "stripe-payout", [.. Journal.Move(Chart.Bank, Chart.Stripe, amount)]);

    /// <summary>The bank did not take a payout of the card processor's balance: the money is back there.</summary>
    /// <param name="payout">The processor's id of the payout, such as <c>po_…</c>.</param>
    /// <param name="amount">What came back.</param>
    public static Journal StripePayoutReturned(string payout, Cents amount) => new(
        $"stripepayout:{payout}:returned",
        "stripe-payout-returned",
        [.. Journal.Move(Chart.Stripe, Chart.Bank, amount)]);

    /// <summary>The bank fills the card processor's balance up.</summary>
    /// <param name="transaction">The processor's line that says so, such as <c>txn_…</c>.</param>
    /// <param name="amount">What was moved.</param>
    public static Journal StripeFilled(string transaction, Cents amount) => new(
        $"stripefill:{transaction}", "stripe-filled", [.. Journal.Move(Chart.Stripe, Chart.Bank, amount)]);

    /// <summary>What filled the card processor's balance up goes back to the bank.</summary>
    public static Journal StripeFillReversed(string transaction, Cents amount) => new(
        $"stripefill:{transaction}", "stripe-fill-reversed", [.. Journal.Move(Chart.Bank, Chart.Stripe, amount)]);

    /// <summary>The card processor sets a part of our balance aside.</summary>
    public static Journal StripeReserved(string transaction, Cents amount) => new(
        $"stripereserve:{transaction}",
        "stripe-reserved",
        [.. Journal.Move(Chart.StripeReserve, Chart.Stripe, amount)]);

    /// <summary>The card processor gives back what it had set aside.</summary>
    public static Journal StripeReleased(string transaction, Cents amount) => new(
        $"stripereserve:{transaction}",
        "stripe-released",
        [.. Journal.Move(Chart.Stripe, Chart.StripeReserve, amount)]);

    /// <summary>A deposit address is emptied into the treasury.</summary>
    public static Journal Sweep(string signature, Usdc amount) => new(
        $"sweep:{signature}", "sweep", [.. Journal.Move(Chart.Treasury, Chart.Deposits, amount)]);

    /// <summary>From the hot wallet to the cold one.</summary>
    public static Journal ToCold(string signature, Usdc amount) => new(
        $"cold:{signature}", "to-cold", [.. Journal.Move(Chart.Cold, Chart.Treasury, amount)]);

    /// <summary>From the cold wallet to the hot one.</summary>
    public static Journal FromCold(string signature, Usdc amount) => new(
        $"hot:{signature}", "from-cold", [.. Journal.Move(Chart.Treasury, Chart.Cold, amount)]);

    /// <summary>The platform puts dollars into its bank account.</summary>
    /// <param name="id">Names the act.</param>
    /// <param name="amount">How much came in.</param>
    public static Journal FundBank(string id, Cents amount) => new(
        $"usdfund:{id}", "capital", [.. Journal.Move(Chart.Bank, Chart.UsdCapital, amount)]);

    private static IEnumerable<Leg> Leg(LedgerAccount account, long amount) =>
        amount == 0 ? [] : [new(account, amount)];
}
