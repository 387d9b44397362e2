using Marketplace.Domain.Ledger;
using Marketplace.Solana;

namespace Marketplace.CrashMatrix;

/// <summary>What the story of one cell did to the people in it, as they know it themselves.</summary>
internal sealed class Bill
{
    /// <summary>What the renter paid to the treasury's address.</summary>
    public Usdc Deposited { get; set; }

    /// <summary>What the card was charged.</summary>
    public Usdc ToppedUp { get; set; }

    /// <summary>What went back to the card.</summary>
    public Usdc Refunded { get; set; }

    /// <summary>What the bank took for good.</summary>
    public Usdc Lost { get; set; }

    /// <summary>What work was charged.</summary>
    public Usdc Charged { get; set; }

    /// <summary>Stripe's payment, once there is one.</summary>
    public string? PaymentIntent { get; set; }

    public List<string> Works { get; } = [];

    /// <summary>One for each piece of work.</summary>
    public List<string> Receipts { get; } = [];

    public List<(string Id, Usdc Amount, Usdc Fee)> Payouts { get; } = [];

    public PublicKey? Wallet { get; set; }

    /// <summary>What went back of the renter's balance in USDC.</summary>
    public Usdc SentBack { get; set; }

    /// <summary>Every transfer that goes back, whoever's it is.</summary>
    public List<Usdc> Refunds { get; } = [];

    public PublicKey? RefundWallet { get; set; }

    /// <summary>What the renter must still have.</summary>
    public Usdc Left => Deposited + ToppedUp - Refunded - SentBack - Lost - Charged;
}
