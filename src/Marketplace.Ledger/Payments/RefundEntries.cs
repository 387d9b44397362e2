using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Ledger.Payments;

/// <summary>
/// What refunds to customers do to the books: a hold before anything outside is asked for, which is posted when the
/// outside says that it is done, and given back only when it says that it failed. Holds of refunds never expire.
/// </summary>
public static class RefundEntries
{
    /// <summary>Reserves the customer's money for a refund to the card.</summary>
    /// <param name="refund">Our id of the refund.</param>
    /// <param name="customer">Whose balance it will take.</param>
    /// <param name="amount">Whole cents; what is below a cent stays with the customer.</param>
    public static Entry HoldForCard(string refund, AccountId customer, Cents amount) => new()
    {
        Holds = [new(CardHold(refund), Chart.Available(customer), amount.Usdc.Micros)],
    };

    /// <summary>The refund to the card succeeded.</summary>
    public static Entry PostToCard(string refund, AccountId customer, Cents amount) => new()
    {
        Journals = [CardJournals.Refund(refund, customer, amount)],
        PostHolds = [CardHold(refund)],
    };

    /// <summary>The refund to the card failed: the money may be spent again.</summary>
    public static Entry VoidToCard(string refund) => new() { VoidHolds = [CardHold(refund)] };

    /// <summary>
    /// Reserves what a refund on chain takes when it is accepted: a customer's money, or of what is in suspense.
    /// </summary>
    /// <param name="refund">Our id of the refund.</param>
    /// <param name="customer">Whose balance it will take; null for a deposit in suspense.</param>
    /// <param name="amount">What will be sent.</param>
    public static NewHold HoldSource(string refund, AccountId? customer, Usdc amount) => customer is { } owner
        ? new(SourceHold(refund, customer), Chart.Available(owner), amount.Micros)
        : new(SourceHold(refund, customer), Chart.Suspense, amount.Micros);

    /// <summary>Both holds: on whose money it is, and on the treasury that sends it.</summary>
    public static Entry HoldForChain(string refund, AccountId? customer, Usdc amount, RailName rail = default) =>
        new()
        {
            Holds =
            [
                HoldSource(refund, customer, amount),
                new(TreasuryHold(refund, customer), Chart.TreasuryOf(rail), amount.Micros),
            ],
        };

    /// <summary>The transfer of the refund is finalized.</summary>
    public static Entry PostToChain(string refund, AccountId? customer, Usdc amount, RailName rail = default) => new()
    {
        Journals = [Journal(refund, customer, amount, rail)],
        PostHolds = ChainHoldIds(refund, customer),
    };

    /// <summary>The refund ends, and the transfer was never made or is proven dead.</summary>
    public static Entry VoidToChain(string refund, AccountId? customer) =>
        new() { VoidHolds = ChainHoldIds(refund, customer) };

    /// <summary>The hold on whose money it is, then the one on the treasury.</summary>
    internal static IReadOnlyList<string> ChainHoldIds(string refund, AccountId? customer) =>
        [SourceHold(refund, customer), TreasuryHold(refund, customer)];

    internal static (NewHold Source, NewHold Treasury) ChainHolds(ChunkPayout row)
    {
        var holds = HoldForChain(row.Payout.Value, row.Account, row.Amount, row.Rail).Holds;
        return (holds[0], holds[1]);
    }

    internal static Journal ChainJournal(ChunkPayout row) =>
        Journal(row.Payout.Value, row.Account, row.Amount, row.Rail);

    private static Journal Journal(string refund, AccountId? customer, Usdc amount, RailName rail) =>
        customer is { } owner
            ? DepositJournals.Refund(refund, owner, amount, rail)
            : DepositJournals.RefundUnmatched(refund, amount, rail);

    private static string CardHold(string refund) => $"refund:{refund}:avail";

    private static string SourceHold(string refund, AccountId? customer) =>
        customer is null ? $"suspenserefund:{refund}:suspense" : $"usdcrefund:{refund}:avail";

    private static string TreasuryHold(string refund, AccountId? customer) =>
        customer is null ? $"suspenserefund:{refund}:treasury" : $"usdcrefund:{refund}:treasury";
}
