using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

public sealed class TopUpCycleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly LookPace Pace = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5), TimeSpan.FromHours(6));

    private static readonly TopUp Open = new()
    {
        Id = TopUpId.From(PrefixedId.Derive("top-up")),
        Account = AccountId.From(PrefixedId.Derive("account")),
        Asked = Cents.From(25_00),
        Method = CardMethod.Checkout,
        CreatedAt = Now,
        State = TopUpState.Open,
        Session = "cs_1",
        PaymentIntent = "pi_1",
    };

    private static readonly Gen<DisputeFact> DisputeFacts =
        from state in Gen.Enum<DisputeState>()
        from isWithdrawn in Gen.Bool
        from isReinstated in Gen.Bool
        select new DisputeFact(
            "dp_1", Cents.From(10_00), state, isWithdrawn, isWithdrawn && isReinstated, Cents.From(15_00), "fraudulent", null, false);

    private static readonly Gen<RefundFact> RefundFacts =
        from state in Gen.Int[1, 3].Select(at => (CardRefundState)at)
        from number in Gen.Int[1, 2]
        select new RefundFact($"re_{number}", null, Cents.From(5_00), state, null);

    private static readonly Gen<CardFacts> AnyFacts =
        from standing in Gen.Enum<PaymentStanding>()
        from hasFee in Gen.Bool
        from refunds in RefundFacts.Array[0, 2]
        from disputes in DisputeFacts.Array[0, 1]
        select new CardFacts(null, Payment(standing, hasFee), refunds, disputes);

    [Fact]
    public void Whatever_is_told_however_often_no_journal_is_posted_twice_and_nothing_goes_back() => AnyFacts.Array[1, 12]
        .Sample(told =>
        {
            var known = Open;
            var keys = new HashSet<string>(StringComparer.Ordinal);

            foreach (var facts in told)
            {
                var step = TopUpCycle.Learn(known, facts, isLive: false, Now);
                Assert.True(step.Journals.All(journal => keys.Add(journal.Key)));
                Assert.True(step.Next.State >= known.State);
                Assert.True(step.Next.Refundable.Value >= 0);
                Assert.All(known.Refunds, before => Assert.True(
                    step.Next.Refunds.Single(one => one.Id == before.Id).State >= before.State));
                Assert.All(known.Disputes, before => Assert.Equal(
                    DisputeCycle.After(before.State, step.Next.Disputes.Single(one => one.Id == before.Id).State),
                    step.Next.Disputes.Single(one => one.Id == before.Id).State));
                known = step.Next;
            }
        });

    [Fact]
    public void What_is_told_twice_changes_nothing_the_second_time() => AnyFacts.Sample(facts =>
    {
        var once = TopUpCycle.Learn(Open, facts, isLive: false, Now).Next;
        var again = TopUpCycle.Learn(once, facts, isLive: false, Now);

        // A refund told twice in one answer with two states moves twice; each told once more moves nothing.
        if (facts.Refunds.Select(one => one.Id).Distinct(StringComparer.Ordinal).Count() == facts.Refunds.Count)
        {
            Assert.Empty(again.Journals);
            Assert.Equal(once.State, again.Next.State);
            Assert.Equal(once.Disputes, again.Next.Disputes);
        }
    });

    [Fact]
    public void A_payment_that_is_not_ours_is_not_credited_and_says_why()
    {
        var paid = Payment(PaymentStanding.Succeeded, hasFee: true);

        foreach (var (payment, why) in new[]
        {
            (paid with { TopUp = "top_other" }, "names the top-up"),
            (paid with { Id = "pi_2" }, "is not its payment"),
            (paid with { Currency = "eur" }, "is in eur"),
            (paid with { IsLive = true }, "is live"),
            (paid with { Received = Cents.From(0) }, "received nothing"),
        })
        {
            var step = TopUpCycle.Learn(Open, new(null, payment, [], []), isLive: false, Now);

            Assert.Empty(step.Journals);
            Assert.Equal(TopUpState.Open, step.Next.State);
            Assert.Contains(why, step.Next.Trouble, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_key_is_used_for_less_than_a_day()
    {
        Assert.True(TopUpCycle.MayCall(Now, Now + TimeSpan.FromHours(22)));
        Assert.False(TopUpCycle.MayCall(Now, Now + TimeSpan.FromHours(23)));
        Assert.True(TopUpCycle.MayCall(null, Now));
    }

    [Fact]
    public void Somebody_looks_again_while_something_is_open_and_not_after()
    {
        Assert.Equal(Now + Pace.Unknown, TopUpCycle.DueAt(Open with { State = TopUpState.Opening }, Pace, Now));
        Assert.Equal(Now + Pace.Waiting, TopUpCycle.DueAt(Open, Pace, Now));
        Assert.Null(TopUpCycle.DueAt(Open with { State = TopUpState.Paid, FeeTransaction = "txn_1" }, Pace, Now));
        Assert.Null(TopUpCycle.DueAt(Open with { State = TopUpState.Failed }, Pace, Now));
    }

    [Fact]
    public void Evidence_fits_and_says_how_much_did_not()
    {
        var lines = Enumerable.Range(0, 1_000).Select(number => $"receipt {number} {new string('x', 80)}").ToArray();

        var text = DisputeEvidence.Write(Open, lines);

        Assert.True(text.Length <= DisputeEvidence.LengthMax);
        Assert.Contains("receipt 0", text, StringComparison.Ordinal);
        Assert.Matches(@"and \d+ more\.", text);
    }

    [Fact]
    public void The_access_log_tells_when_who_from_where_and_what_and_fits_too()
    {
        var access = new AccountAccess(
            Open.Account, ApiKeyId.From(Guid.Empty), "2001:db8::1", "POST /v1/jobs", 7, Now, Now.AddMinutes(9));

        var one = DisputeEvidence.WriteAccess(Open, [access]);
        var many = DisputeEvidence.WriteAccess(Open, [.. Enumerable.Repeat(access, 1_000)]);

        Assert.EndsWith(
            $"2026-11-01 12:00:00-12:09:00 {access.Key} 2001:db8::1 POST /v1/jobs 7x\n", one, StringComparison.Ordinal);
        Assert.InRange(many.Length, DisputeEvidence.LengthMax - 300, DisputeEvidence.LengthMax);
        Assert.Matches(@"and \d+ more\.", many);
        Assert.EndsWith("none yet.\n", DisputeEvidence.WriteAccess(Open, []), StringComparison.Ordinal);
    }

    private static PaymentFact Payment(PaymentStanding standing, bool hasFee) => new(
        "pi_1",
        Open.Id.Value,
        standing,
        Cents.From(standing == PaymentStanding.Succeeded ? 25_00 : 0),
        "usd",
        false,
        null,
        hasFee ? "txn_1" : null,
        Cents.From(hasFee ? 1_02 : 0));
}
