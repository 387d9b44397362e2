using Marketplace.Domain.Accounts;

namespace Marketplace.Domain.Ledger;

/// <summary>
/// The journals of card payments. A payment is a conversion at par: its dollar half and its USDC half stand in one
/// journal, each balanced by itself through the exchange accounts. Ids are those of the card processor unless said
/// otherwise.
/// </summary>
public static class CardJournals
{
    /// <summary>A card payment succeeded; whichever event told of it first.</summary>
    /// <param name="paymentIntent">Such as <c>pi_…</c>; one credit for each.</param>
    /// <param name="customer">Whose balance it tops up.</param>
    /// <param name="received">What the processor received.</param>
    public static Journal TopUp(string paymentIntent, AccountId customer, Cents received) => new(
        $"topup:{paymentIntent}",
        "topup",
        [
            .. Journal.Move(Chart.Stripe, Chart.UsdExchange, received),
            .. Journal.Debit(Chart.UsdcExchange, received.Usdc),
        ])
    {
        Waterfalls = Waterfall.ToCustomer(customer, received.Usdc),
    };

    /// <summary>What the processor took for a payment.</summary>
    /// <param name="transaction">The balance transaction that says so, such as <c>txn_…</c>.</param>
    /// <param name="fee">Its fee.</param>
    public static Journal StripeFee(string transaction, Cents fee) => new(
        $"stripefee:{transaction}", "stripe-fee", [.. Journal.Move(Chart.StripeFees, Chart.Stripe, fee)]);

    /// <summary>The processor gives back a fee, or a part of it, under the line that says so.</summary>
    /// <param name="transaction">The balance transaction, such as <c>txn_…</c>.</param>
    /// <param name="fee">What came back.</param>
    public static Journal StripeFeeBack(string transaction, Cents fee) => new(
        $"stripefee:{transaction}", "stripe-fee-back", [.. Journal.Move(Chart.Stripe, Chart.StripeFees, fee)]);

    /// <summary>A refund to the card succeeded; it uses up the hold that was placed before it was asked for.</summary>
    /// <param name="refund">Our id of the refund, given before the processor was called.</param>
    /// <param name="customer">Whose balance it takes.</param>
    /// <param name="amount">What went back; the processor keeps its fee.</param>
    public static Journal Refund(string refund, AccountId customer, Cents amount) => new(
        $"refund:{refund}:post",
        "card-refund",
        [
            .. Journal.Move(Chart.Available(customer), Chart.UsdcExchange, amount.Usdc),
            .. Journal.Move(Chart.UsdExchange, Chart.Stripe, amount),
        ]);

    /// <summary>
    /// A refund that was made at the processor and not here: a fact without a hold. What is not left of the balance the
    /// customer owes.
    /// </summary>
    /// <param name="refund">The processor's id, such as <c>re_…</c>.</param>
    /// <param name="customer">Whose balance it takes.</param>
    /// <param name="amount">What went back.</param>
    public static Journal RefundElsewhere(string refund, AccountId customer, Cents amount) => new(
        $"refund:{refund}:elsewhere",
        "card-refund",
        [
            .. Journal.Move(Chart.UsdExchange, Chart.Stripe, amount),
            .. Journal.Credit(Chart.UsdcExchange, amount.Usdc),
        ])
    {
        Waterfalls = Waterfall.Debit(amount.Usdc, Chart.Available(customer), Chart.Receivable(customer)),
    };

    /// <summary>A refund that had succeeded came back from the card: the customer has the money again.</summary>
    /// <param name="refund">The processor's id, such as <c>re_…</c>.</param>
    /// <param name="customer">Whose balance it tops up.</param>
    /// <param name="amount">What came back.</param>
    public static Journal RefundReturned(string refund, AccountId customer, Cents amount) => new(
        $"refund:{refund}:returned",
        "card-refund-returned",
        [
            .. Journal.Move(Chart.Stripe, Chart.UsdExchange, amount),
            .. Journal.Debit(Chart.UsdcExchange, amount.Usdc),
        ])
    {
        Waterfalls = Waterfall.ToCustomer(customer, amount.Usdc),
    };

    /// <summary>
    /// A dispute has withdrawn funds. The customer's side is frozen: what is left of the balance, and for the rest the
    /// customer is in debt.
    /// </summary>
    /// <param name="dispute">Such as <c>dp_…</c>.</param>
    /// <param name="customer">Who paid.</param>
    /// <param name="amount">What is disputed.</param>
    /// <param name="fee">The processor's fee, which is not given back.</param>
    public static Journal DisputeOpened(string dispute, AccountId customer, Cents amount, Cents fee) => new(
        $"dispute:{dispute}:open",
        "dispute-opened",
        [
            .. Journal.Move(Chart.Disputed, Chart.Stripe, amount),
            .. Journal.Move(Chart.DisputeFees, Chart.Stripe, fee),
            .. Journal.Credit(Chart.Frozen(customer), amount.Usdc),
        ])
    {
        Waterfalls = Waterfall.Debit(amount.Usdc, Chart.Available(customer), Chart.Receivable(customer)),
    };

    /// <summary>The dispute was won: the funds are back; what the customer still owes is settled first.</summary>
    public static Journal DisputeWon(string dispute, AccountId customer, Cents amount) => new(
        $"dispute:{dispute}:won",
        "dispute-won",
        [
            .. Journal.Move(Chart.Stripe, Chart.Disputed, amount),
            .. Journal.Debit(Chart.Frozen(customer), amount.Usdc),
        ])
    {
        Waterfalls = Waterfall.ToCustomer(customer, amount.Usdc),
    };

    /// <summary>The dispute was lost: the payment is undone. What the customer owes stays owed.</summary>
    public static Journal DisputeLost(string dispute, AccountId customer, Cents amount) => new(
        $"dispute:{dispute}:lost",
        "dispute-lost",
        [
            .. Journal.Move(Chart.UsdExchange, Chart.Disputed, amount),
            .. Journal.Move(Chart.Frozen(customer), Chart.UsdcExchange, amount.Usdc),
        ]);

    /// <summary>Gives up on what a customer owes.</summary>
    /// <param name="id">Names the act.</param>
    /// <param name="customer">Who owes.</param>
    /// <param name="amount">At most what is owed.</param>
    public static Journal WriteOff(string id, AccountId customer, Usdc amount) => new(
        $"writeoff:{id}", "write-off", [.. Journal.Move(Chart.BadDebt, Chart.Receivable(customer), amount)]);
}
