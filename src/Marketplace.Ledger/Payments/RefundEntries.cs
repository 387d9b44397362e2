using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;

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

    /// <summary>Reserves the customer's money and the treasury's for a refund on chain.</summary>
    /// <param name="refund">Our id of the refund.</param>
    /// <param name="customer">Whose balance it will take.</param>
    /// <param name="amount">What will be sent.</param>
    public static Entry HoldForChain(string refund, AccountId customer, Usdc amount) => new()
    {
        Holds =
        [
            new(ChainHold(refund), Chart.Available(customer), amount.Micros),
            new(TreasuryHold(refund), Chart.Treasury, amount.Micros),
        ],
    };

    /// <summary>The transfer of the refund is finalized.</summary>
    public static Entry PostToChain(string refund, AccountId customer, Usdc amount) => new()
    {
        Journals = [DepositJournals.Refund(refund, customer, amount)],
        PostHolds = [ChainHold(refund), TreasuryHold(refund)],
    };

    /// <summary>The transfer of the refund is proven dead.</summary>
    public static Entry VoidToChain(string refund) => new() { VoidHolds = [ChainHold(refund), TreasuryHold(refund)] };

    private static string CardHold(string refund) => $"refund:{refund}:avail";

    private static string ChainHold(string refund) => $"usdcrefund:{refund}:avail";

    private static string TreasuryHold(string refund) => $"usdcrefund:{refund}:treasury";
}
