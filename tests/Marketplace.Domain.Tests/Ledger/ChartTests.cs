using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Tests.Ledger;

/// <summary>The accounts by name: a name is part of every journal that was ever written and never changes.</summary>
public sealed class ChartTests
{
    private static readonly AccountId Customer = AccountId.From(PrefixedId.Derive("customer"));
    private static readonly ProviderId Provider = ProviderId.From(PrefixedId.Derive("provider"));

    [Fact]
    public void Accounts_with_a_floor_are_those_that_hold_or_owe() => Assert.Equal(
        [
            "A:usdc:treasury", "A:usdc:cold", "A:usdc:deposits", "A:sol:feepayer", $"A:usdc:recv:{Customer}",
            $"A:usdc:advance:{Provider}", "A:usd:disputed", "A:usd:reserved", $"L:usdc:cust:{Customer}:avail",
            $"L:usdc:cust:{Customer}:promo", $"L:usdc:cust:{Customer}:disputed", "L:usdc:escrow:job_1",
            $"L:usdc:prov:{Provider}:accrued", $"L:usdc:prov:{Provider}:payable", $"L:usdc:prov:{Provider}:bond",
            "L:usdc:blocked:case_1", "L:usdc:suspense", "L:usdc:slapool", "L:usdc:unearned",
        ],
        All.Where(account => account.Floored).Select(account => account.Name));

    [Fact]
    public void Accounts_without_a_floor_are_income_cost_equity_and_what_others_may_overdraw() => Assert.Equal(
        [
            "A:usd:stripe", "A:usd:bank", "I:usdc:fee:0", "I:usdc:fee:15", "I:usdc:instantfee", "I:usdc:advance",
            "X:usd:stripefee", "X:usd:disputefee", "X:usd:fx", "X:usdc:baddebt", "X:usdc:promo", "X:usdc:slacredit",
            "X:sol:network", "Q:usd:fx", "Q:usdc:fx", "Q:usd:capital", "Q:usdc:capital", "Q:sol:capital",
        ],
        All.Where(account => !account.Floored).Select(account => account.Name));

    [Fact]
    public void Ids_of_work_spread_over_the_shards_of_the_fee()
    {
        var shards = Enumerable.Range(0, 1_000)
            .Select(at => LeaseJournals.Charge(
                PrefixedId.Write("job_", PrefixedId.Derive("job", $"{at}")), Provider, Usdc.FromMicros(1_000), 1_000))
            .Select(journal => journal.Legs[^1].Account.Name)
            .GroupBy(name => name, StringComparer.Ordinal)
            .ToArray();

        Assert.Equal(Chart.FeeShards, shards.Length);
        Assert.All(shards, shard => Assert.InRange(shard.Count(), 30, 110));
    }

    private static IReadOnlyList<LedgerAccount> All =>
    [
        Chart.Treasury, Chart.Cold, Chart.Deposits, Chart.FeePayer, Chart.Receivable(Customer), Chart.Advance(Provider),
        Chart.Disputed, Chart.StripeReserve, Chart.Available(Customer), Chart.Promo(Customer), Chart.Frozen(Customer), Chart.Escrow("job_1"),
        Chart.Accrued(Provider), Chart.Payable(Provider), Chart.Bond(Provider), Chart.Blocked("case_1"), Chart.Suspense,
        Chart.SlaPool, Chart.Unearned, Chart.Stripe, Chart.Bank, Chart.Fee(0), Chart.Fee(15), Chart.InstantFee,
        Chart.AdvanceIncome, Chart.StripeFees, Chart.DisputeFees, Chart.ExchangeCost, Chart.BadDebt, Chart.PromoCost,
        Chart.SlaCredit, Chart.NetworkCost, Chart.UsdExchange, Chart.UsdcExchange, Chart.UsdCapital, Chart.UsdcCapital,
        Chart.SolCapital,
    ];
}
