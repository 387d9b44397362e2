using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Ledger;

/// <summary>The chart of accounts. Debit positive, credit negative; every asset sums to zero in a journal.</summary>
public static class Chart
{
    /// <summary>The platform fee is one account sixteen times, so that charges do not queue for one row.</summary>
    public const int FeeShards = 16;

    public static readonly LedgerAccount Treasury = LedgerAccount.Parse("A:usdc:treasury");
    public static readonly LedgerAccount FeePayer = LedgerAccount.Parse("A:sol:feepayer");
    public static readonly LedgerAccount Suspense = LedgerAccount.Parse("L:usdc:suspense");
    public static readonly LedgerAccount InstantFee = LedgerAccount.Parse("I:usdc:instantfee");
    public static readonly LedgerAccount PromoCost = LedgerAccount.Parse("X:usdc:promo");
    public static readonly LedgerAccount NetworkCost = LedgerAccount.Parse("X:sol:network");
    public static readonly LedgerAccount SolCapital = LedgerAccount.Parse("Q:sol:capital");
    public static readonly LedgerAccount UsdcCapital = LedgerAccount.Parse("Q:usdc:capital");

    /// <summary>What a customer may spend.</summary>
    public static LedgerAccount Available(AccountId customer) => LedgerAccount.Parse($"L:usdc:cust:{customer}:avail");

    /// <summary>Granted by the platform: spendable, not withdrawable, spent first.</summary>
    public static LedgerAccount Promo(AccountId customer) => LedgerAccount.Parse($"L:usdc:cust:{customer}:promo");

    /// <summary>Money set aside for one job or render.</summary>
    public static LedgerAccount Escrow(string work) => LedgerAccount.Parse($"L:usdc:escrow:{work}");

    /// <summary>Earned, within the holdback window.</summary>
    public static LedgerAccount Accrued(ProviderId provider) => LedgerAccount.Parse($"L:usdc:prov:{provider}:accrued");

    /// <summary>Earned and withdrawable.</summary>
    public static LedgerAccount Payable(ProviderId provider) => LedgerAccount.Parse($"L:usdc:prov:{provider}:payable");

    public static LedgerAccount Fee(int shard) => LedgerAccount.Parse($"I:usdc:fee:{shard % FeeShards}");
}
