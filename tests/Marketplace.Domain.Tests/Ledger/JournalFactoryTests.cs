using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Tests.Ledger;

/// <summary>Every event of the books makes a journal that balances, under the key that the chart of events gives it.</summary>
public sealed class JournalFactoryTests
{
    private static readonly AccountId Customer = AccountId.From(PrefixedId.Derive("customer"));
    private static readonly ProviderId Provider = ProviderId.From(PrefixedId.Derive("provider"));
    private static readonly PayoutId Payout = PayoutId.From(PrefixedId.Derive("payout"));
    private static readonly ChainTransfer Transfer = new("gen", "sig", "tok", Usdc.FromMicros(5), 1);
    private static readonly Gen<Usdc> Amounts = Gen.Long[0, 400_000_000_000_000].Select(Usdc.FromMicros);
    private static readonly Gen<Cents> Dollars = Gen.Long[0, 40_000_000_000].Select(Cents.From);

    [Fact]
    public void Every_journal_balances() => Gen.Select(Amounts, Amounts, Dollars, Dollars, Gen.Int[0, 10_000])
        .Sample((a, b, c, d, bps) => Assert.All(All(a, b, c, d, bps), AssertBalances));

    [Fact]
    public void A_journal_of_nothing_is_empty() =>
        Assert.All(All(Usdc.Zero, Usdc.Zero, Cents.From(0), Cents.From(0), 100), journal => Assert.True(journal.IsEmpty));

    [Fact]
    public void Keys_follow_from_what_happened() => Assert.Equal(
        [
            "topup:pi_1", "stripefee:txn_1", "refund:re_1:post", "dispute:dp_1:open", "dispute:dp_1:won",
            "dispute:dp_1:lost", "writeoff:w", "deposit:gen:sig:tok", "deposit:gen:sig:tok", "deposit:gen:sig:tok",
            "match:gen:sig:tok", "usdcrefund:r", "fund:job_a:1", "charge:job_a", $"charge:job_a:{Provider}",
            "charge:job_a", "meter:lse_a:7", "close:job_a", $"holdback:{Provider}:1", $"payout:{Payout}:post",
            "solfee:sig", "solfund:sig", "usdcfund:sig", "usdfund:f", "buy:b", "stripepayout:po_1", "sweep:sig",
            "cold:sig", "hot:sig", "advance:a", "earn:a:1", $"bond:{Provider}:1", $"unbond:{Provider}:1", "sla:s",
            "slacover:s", "block:x", "unblock:x", "promo:p",
        ],
        All(Usdc.FromMicros(9), Usdc.FromMicros(3), Cents.From(5), Cents.From(1), 1_000)
            .Select(journal => journal.Key.Replace("usdcrefund:r:post", "usdcrefund:r", StringComparison.Ordinal)));

    [Fact]
    public void What_comes_to_a_customer_settles_the_customers_debt_first()
    {
        LedgerAccount[] order = [Chart.Receivable(Customer), Chart.Available(Customer)];
        Journal[] credits =
        [
            CardJournals.TopUp("pi_1", Customer, Cents.From(5)),
            CardJournals.DisputeWon("dp_1", Customer, Cents.From(5)),
            DepositJournals.Credit(Transfer, Customer),
            DepositJournals.CreditUnswept(Transfer, Customer),
            DepositJournals.Match(Transfer, Customer),
            LeaseJournals.Close("job_a", Customer, Usdc.Zero, Usdc.FromMicros(5)),
            SlaJournals.Refund("s", Provider, Customer, Usdc.FromMicros(5), Usdc.FromMicros(1)),
            SlaJournals.Cover("s", Customer, Usdc.FromMicros(5)),
        ];

        Assert.All(credits, credit => Assert.Equal(order, credit.Waterfalls.Single(fall => fall.Amount < 0).Accounts));
        Assert.DoesNotContain(
            credits.Concat(All(Usdc.FromMicros(9), Usdc.FromMicros(3), Cents.From(5), Cents.From(1), 1_000)),
            journal => journal.Legs.Any(leg => leg.Account == Chart.Available(Customer) && leg.Amount < 0));
    }

    [Fact]
    public void A_card_payment_is_a_conversion_at_par()
    {
        var journal = CardJournals.TopUp("pi_1", Customer, Cents.From(1_234));

        Assert.Equal(
            [
                new(Chart.Stripe, 12_340_000), new(Chart.UsdExchange, -12_340_000), new(Chart.UsdcExchange, 12_340_000),
            ],
            journal.Legs);
        Assert.Equal(-12_340_000, journal.Waterfalls.Single().Amount);
    }

    [Theory]
    [InlineData(101, 1_000_000, 10_000)]
    [InlineData(99, 1_000_000, -10_000)]
    [InlineData(100, 1_000_000, 0)]
    public void What_USDC_costs_above_par_is_an_expense_and_below_it_a_gain(long cents, long micros, long cost)
    {
        var journal = TreasuryJournals.Buy("b", Cents.From(cents), Usdc.FromMicros(micros));

        Assert.Equal(cost, journal.Legs.Where(leg => leg.Account == Chart.ExchangeCost).Sum(leg => leg.Amount));
        Assert.Equal(-cents * 10_000, journal.Legs.Single(leg => leg.Account == Chart.Bank).Amount);
    }

    [Fact]
    public void A_discount_is_earned_whole_however_the_advance_is_repaid() =>
        Gen.Select(Gen.Long[1, 1_000_000_000], Gen.Int[0, 10_000], Gen.Long[1, 1_000_000_000].Array[0, 9]).Sample((p, bps, parts) =>
        {
            var principal = Usdc.FromMicros(p);
            var discount = principal.BasisPoints(bps);
            var outstanding = principal;
            var earned = Usdc.Zero;

            foreach (var part in parts.Select(Usdc.FromMicros).Append(principal))
            {
                outstanding -= Usdc.Min(outstanding, part);
                var total = AdvanceJournals.Earned(principal, discount, outstanding);
                Assert.True(total >= earned && total <= discount);
                earned = total;
            }

            Assert.Equal(discount, earned);
        });

    [Theory]
    [InlineData(12_345_678, 1_234)]
    [InlineData(9_999, 0)]
    [InlineData(10_000, 1)]
    public void A_refund_in_cents_is_floored(long micros, long cents) =>
        Assert.Equal(cents, Cents.Floor(Usdc.FromMicros(micros)).Value);

    private static List<Journal> All(Usdc a, Usdc b, Cents c, Cents d, int bps)
    {
        var transfer = Transfer with { Amount = a };
        var step = new MeterStep(a + b, b, b);

        return
        [
            CardJournals.TopUp("pi_1", Customer, c),
            CardJournals.StripeFee("txn_1", c),
            CardJournals.Refund("re_1", Customer, c),
            CardJournals.DisputeOpened("dp_1", Customer, c, d),
            CardJournals.DisputeWon("dp_1", Customer, c),
            CardJournals.DisputeLost("dp_1", Customer, c),
            CardJournals.WriteOff("w", Customer, a),
            DepositJournals.Credit(transfer, Customer),
            DepositJournals.Credit(transfer, null),
            DepositJournals.CreditUnswept(transfer, Customer),
            DepositJournals.Match(transfer, Customer),
            DepositJournals.Refund("r", Customer, a),
            LeaseJournals.Fund("job_a", 1, Customer, a, b),
            LeaseJournals.Charge("job_a", Provider, a, bps),
            LeaseJournals.ChargeShare("job_a", Provider, a, bps),
            LeaseJournals.ChargeCovered("job_a", Provider, a, bps, b),
            LeaseJournals.Tick("lse_a", 7, Provider, step),
            LeaseJournals.Close("job_a", Customer, a, b),
            LeaseJournals.Holdback(Provider, "1", a),
            PayoutJournals.Post(Payout, Provider, a, b),
            PayoutJournals.NetworkFee("sig", a.Micros),
            PayoutJournals.FundFeePayer("sig", a.Micros),
            PayoutJournals.FundTreasury("sig", a),
            TreasuryJournals.FundBank("f", c),
            TreasuryJournals.Buy("b", c, a),
            TreasuryJournals.StripePayout("po_1", c),
            TreasuryJournals.Sweep("sig", a),
            TreasuryJournals.ToCold("sig", a),
            TreasuryJournals.FromCold("sig", a),
            AdvanceJournals.Grant("a", Provider, a + b, b),
            AdvanceJournals.Earn("a", 1, b),
            BondJournals.Fund(Provider, "1", a),
            BondJournals.Release(Provider, "1", a),
            SlaJournals.Refund("s", Provider, Customer, a + b, b),
            SlaJournals.Cover("s", Customer, a),
            ComplianceJournals.Block("x", Provider, a),
            ComplianceJournals.Unblock("x", Provider, a),
            PromoJournals.Grant("p", Customer, a),
        ];
    }

    private static void AssertBalances(Journal journal)
    {
        var sides = journal.Legs.Concat(journal.Waterfalls.Select(fall => new Leg(fall.Accounts[^1], fall.Amount))).ToArray();

        Assert.All(sides, leg => Assert.NotEqual(0, leg.Amount));
        Assert.All(sides.GroupBy(leg => leg.Account.Asset), asset => Assert.Equal(0, asset.Sum(leg => leg.Amount)));
        Assert.All(
            journal.Waterfalls,
            fall => Assert.Single(fall.Accounts.Select(account => account.Asset).Distinct(StringComparer.Ordinal)));
        Assert.All(
            journal.Waterfalls.SelectMany(fall => fall.Accounts.SkipLast(1)), account => Assert.True(account.Floored));
    }
}
