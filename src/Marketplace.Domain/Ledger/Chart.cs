using Marketplace.Domain.Accounts;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Ledger;

/// <summary>
/// The chart of accounts, in three ledgers that no posting crosses: USDC and USD in millionths, SOL in lamports. Debit
/// positive, credit negative; every asset sums to zero in a journal.
/// </summary>
public static class Chart
{
    /// <summary>The platform fee is one account sixteen times, so that charges do not queue for one row.</summary>
    public const int FeeShards = 16;

    /// <summary>The hot wallet, and with <see cref="Cold"/> and <see cref="Deposits"/> what the chain shows.</summary>
    public static readonly LedgerAccount Treasury = LedgerAccount.Parse("A:usdc:treasury");

    /// <summary>USDC that two people have to move.</summary>
    public static readonly LedgerAccount Cold = LedgerAccount.Parse("A:usdc:cold");

    /// <summary>USDC on deposit addresses, not swept into the treasury yet.</summary>
    public static readonly LedgerAccount Deposits = LedgerAccount.Parse("A:usdc:deposits");

    /// <summary>Lamports of the fee payer.</summary>
    public static readonly LedgerAccount FeePayer = LedgerAccount.Parse("A:sol:feepayer");

    /// <summary>The balance at the card processor; it may go negative, since a fact must always be postable.</summary>
    public static readonly LedgerAccount Stripe = LedgerAccount.Parse("A:usd:stripe");

    /// <summary>The platform's bank account; it may go negative.</summary>
    public static readonly LedgerAccount Bank = LedgerAccount.Parse("A:usd:bank");

    /// <summary>Dollars that open disputes have withdrawn.</summary>
    public static readonly LedgerAccount Disputed = LedgerAccount.Parse("A:usd:disputed");

    /// <summary>Dollars that the card processor has set aside from our balance, such as a reserve.</summary>
    public static readonly LedgerAccount StripeReserve = LedgerAccount.Parse("A:usd:reserved");

    /// <summary>Deposits without an owner.</summary>
    public static readonly LedgerAccount Suspense = LedgerAccount.Parse("L:usdc:suspense");

    /// <summary>Premiums of SLA cover, for what cover pays.</summary>
    public static readonly LedgerAccount SlaPool = LedgerAccount.Parse("L:usdc:slapool");

    /// <summary>Discounts of advances that are not repaid yet.</summary>
    public static readonly LedgerAccount Unearned = LedgerAccount.Parse("L:usdc:unearned");

    public static readonly LedgerAccount InstantFee = LedgerAccount.Parse("I:usdc:instantfee");
    public static readonly LedgerAccount AdvanceIncome = LedgerAccount.Parse("I:usdc:advance");

    public static readonly LedgerAccount StripeFees = LedgerAccount.Parse("X:usd:stripefee");
    public static readonly LedgerAccount DisputeFees = LedgerAccount.Parse("X:usd:disputefee");

    /// <summary>What USDC costs above par; a gain is negative.</summary>
    public static readonly LedgerAccount ExchangeCost = LedgerAccount.Parse("X:usd:fx");

    public static readonly LedgerAccount BadDebt = LedgerAccount.Parse("X:usdc:baddebt");
    public static readonly LedgerAccount PromoCost = LedgerAccount.Parse("X:usdc:promo");
    public static readonly LedgerAccount SlaCredit = LedgerAccount.Parse("X:usdc:slacredit");
    public static readonly LedgerAccount NetworkCost = LedgerAccount.Parse("X:sol:network");

    /// <summary>The dollar half of every conversion, at par.</summary>
    public static readonly LedgerAccount UsdExchange = LedgerAccount.Parse("Q:usd:fx");

    /// <summary>The USDC half: what is owed in USDC and backed by dollars.</summary>
    public static readonly LedgerAccount UsdcExchange = LedgerAccount.Parse("Q:usdc:fx");

    public static readonly LedgerAccount SolCapital = LedgerAccount.Parse("Q:sol:capital");
    public static readonly LedgerAccount UsdcCapital = LedgerAccount.Parse("Q:usdc:capital");
    public static readonly LedgerAccount UsdCapital = LedgerAccount.Parse("Q:usd:capital");

    /// <summary>The hot wallet on a rail: money of one chain is never paid out on another one.</summary>
    public static LedgerAccount TreasuryOf(RailName rail) =>
        rail == RailName.Solana ? Treasury : LedgerAccount.Parse($"A:usdc:treasury:{rail}");

    /// <summary>What a customer may spend.</summary>
    public static LedgerAccount Available(AccountId customer) => LedgerAccount.Parse($"L:usdc:cust:{customer}:avail");

    /// <summary>Granted by the platform: spendable, not withdrawable, spent first.</summary>
    public static LedgerAccount Promo(AccountId customer) => LedgerAccount.Parse($"L:usdc:cust:{customer}:promo");

    /// <summary>What open disputes are about: frozen.</summary>
    public static LedgerAccount Frozen(AccountId customer) => LedgerAccount.Parse($"L:usdc:cust:{customer}:disputed");

    /// <summary>
    /// What a customer owes since a dispute took more than was left. While it is above zero no new work opens.
    /// </summary>
    public static LedgerAccount Receivable(AccountId customer) => LedgerAccount.Parse($"A:usdc:recv:{customer}");

    /// <summary>Money set aside for one job or render.</summary>
    public static LedgerAccount Escrow(string work) => LedgerAccount.Parse($"L:usdc:escrow:{work}");

    /// <summary>Earned, within the holdback window.</summary>
    public static LedgerAccount Accrued(ProviderId provider) => LedgerAccount.Parse($"L:usdc:prov:{provider}:accrued");

    /// <summary>Earned and withdrawable.</summary>
    public static LedgerAccount Payable(ProviderId provider) => LedgerAccount.Parse($"L:usdc:prov:{provider}:payable");

    /// <summary>A provider's collateral for what it promises.</summary>
    public static LedgerAccount Bond(ProviderId provider) => LedgerAccount.Parse($"L:usdc:prov:{provider}:bond");

    /// <summary>Principal of a provider's advance that is not repaid.</summary>
    public static LedgerAccount Advance(ProviderId provider) => LedgerAccount.Parse($"A:usdc:advance:{provider}");

    /// <summary>Money that compliance holds under one case.</summary>
    public static LedgerAccount Blocked(string @case) => LedgerAccount.Parse($"L:usdc:blocked:{@case}");

    public static LedgerAccount Fee(int shard) => LedgerAccount.Parse($"I:usdc:fee:{shard % FeeShards}");

    /// <summary>The shard for a piece of work, or for a case: always the same for the same id.</summary>
    internal static LedgerAccount FeeOf(string id)
    {
        // FNV-1a: the last letter of an id has 32 values, which fall on 14 shards only.
        var hash = 2_166_136_261UL;

        foreach (var letter in id)
        {
            hash = ((hash ^ letter) * 16_777_619UL) & uint.MaxValue;
        }

        return Fee((int)(hash % FeeShards));
    }
}
