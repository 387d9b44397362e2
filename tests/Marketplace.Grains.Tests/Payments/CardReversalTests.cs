using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.StripeSim;
using static Marketplace.Grains.Tests.Payments.CardScene;

namespace Marketplace.Grains.Tests.Payments;

/// <summary>Refunds and disputes: money that goes back.</summary>
public sealed class CardReversalTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(SimFault.TooMany)]
    [InlineData(SimFault.ErrorAfter)]
    [InlineData(SimFault.LostAnswer)]
    public async Task A_refund_goes_to_the_card_once_whatever_became_of_the_answer(SimFault? fault)
    {
        await using var scene = await Open();
        await scene.Paid(Wish());

        if (fault is { } wrong)
        {
            scene.Stripe.Fail(wrong, "POST", "/v1/refunds");
        }

        await Refund(scene, 10_00);
        var again = Assert.IsType<CardRefundOutcome.Accepted>(await Refund(scene, 10_00));

        Assert.Equal(CardRefundState.Succeeded, again.Refund.State);
        Assert.Single(scene.Stripe.World.Every("refund"));
        Assert.Equal((15_000_000, 0), (await scene.Available(), await scene.Held()));
        await scene.AssertSound();
    }

    [Theory]
    [InlineData(Checkpoints.RefundRequested)]
    [InlineData(Checkpoints.RefundCalled)]
    public async Task A_crash_on_the_way_of_a_refund_loses_and_doubles_nothing(string point)
    {
        await using var scene = await Open(new CrashPoint(point));
        await scene.Paid(Wish());

        await Assert.ThrowsAsync<CrashPoint.CrashException>(() => Refund(scene, 10_00));
        Assert.Equal(10_000_000, await scene.Held());
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Id(), Assert.Single(await scene.Rows.Due(scene.Clock.GetUtcNow(), 10, Cancel)));
        await scene.Look(Id());

        Assert.Single(scene.Stripe.World.Every("refund"));
        Assert.Equal((15_000_000, 0), (await scene.Available(), await scene.Held()));
        await scene.AssertSound();
    }

    [Fact]
    public async Task More_than_is_left_is_refused_and_a_key_with_another_amount_too()
    {
        await using var scene = await Open();
        await scene.Paid(Wish());
        await Refund(scene, 20_00);

        var rest = Assert.IsType<CardRefundOutcome.AboveRest>(await Refund(scene, 5_01, 2));
        Assert.Equal(5_00, rest.Left.Value);
        Assert.IsType<CardRefundOutcome.KeyTaken>(await Refund(scene, 19_00));
        Assert.IsType<CardRefundOutcome.Unknown>(
            await scene.Payments.Refund(Id(), PaymentBooks.Customer(2), RefundId(3), Cents.From(1_00), Cancel));
    }

    [Fact]
    public async Task What_was_spent_cannot_be_refunded()
    {
        await using var scene = await Open();
        await scene.Paid(Wish());
        await Spend(scene, 20_000_000);

        var few = Assert.IsType<CardRefundOutcome.AboveBalance>(await Refund(scene, 5_01));

        Assert.Equal(Usdc.FromMicros(5_000_000), few.Available);
        Assert.Empty((await scene.Rows.Find(Id(), Cancel))!.TopUp.Refunds);
    }

    [Fact]
    public async Task A_refund_that_fails_gives_the_hold_back_and_one_that_comes_back_later_the_money()
    {
        await using var scene = await Open();
        scene.Stripe.World.RefundsPend = true;
        await scene.Paid(Wish());
        await Refund(scene, 10_00);
        await Refund(scene, 5_00, 2);
        await scene.AssertSound();
        var (first, second) = (Processor(scene, 0), Processor(scene, 1));

        scene.Stripe.World.SettleRefund(first, succeeds: false);
        scene.Stripe.World.SettleRefund(second, succeeds: true);
        await scene.Look(Id());
        Assert.Equal((20_000_000, 0), (await scene.Available(), await scene.Held()));
        await scene.AssertSound();
        scene.Stripe.World.SettleRefund(second, succeeds: false);
        var topUp = await scene.Look(Id());

        Assert.Equal([CardRefundState.Failed, CardRefundState.Returned], topUp.Refunds.Select(one => one.State));
        Assert.Equal((25_000_000, 0), (await scene.Available(), await scene.Held()));
        Assert.Equal(25_00, topUp.Refundable.Value);
        await scene.AssertSound();
    }

    [Fact]
    public async Task A_refund_that_the_processor_refuses_is_given_back_with_the_reason()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid(Wish());
        scene.Stripe.World.RefundByHand(topUp.PaymentIntent!, 20_00);

        var refused = Assert.IsType<CardRefundOutcome.Accepted>(await Refund(scene, 10_00));

        Assert.Equal(CardRefundState.Failed, refused.Refund.State);
        Assert.Contains("amount_too_large", refused.Refund.Trouble, StringComparison.Ordinal);
        Assert.Equal((5_000_000, 0), (await scene.Available(), await scene.Held()));
        await scene.AssertSound();
    }

    [Fact]
    public async Task A_refund_that_never_got_there_is_given_back_after_a_day_and_not_before()
    {
        await using var scene = await Open();
        await scene.Paid(Wish());
        scene.Stripe.Fail(SimFault.ErrorBefore, "POST", "/v1/refunds");
        await Refund(scene, 10_00);
        scene.Clock.Advance(TimeSpan.FromHours(22));
        await scene.Look(Id());
        Assert.Equal(10_000_000, await scene.Held());

        scene.Clock.Advance(TimeSpan.FromHours(2));
        var topUp = await scene.Look(Id());

        Assert.Equal(CardRefundState.Failed, topUp.Refunds[0].State);
        Assert.Equal((25_000_000, 0), (await scene.Available(), await scene.Held()));
        Assert.Empty(scene.Stripe.World.Every("refund"));
    }

    [Fact]
    public async Task A_dispute_takes_what_is_left_and_leaves_a_debt_that_the_next_money_settles()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid(Wish());
        await Spend(scene, 20_000_000);

        var dispute = scene.Stripe.World.Dispute(topUp.PaymentIntent!);
        var open = await scene.Look(Id());
        Assert.Equal((0, 20_000_000), (await scene.Available(), await scene.Of(Chart.Receivable(Customer))));
        Assert.Equal(25_000_000, await scene.Of(Chart.Frozen(Customer)));
        Assert.Equal(EvidenceState.Staged, open.Disputes[0].Evidence);
        Assert.Equal(0, open.Refundable.Value);
        await scene.AssertSound();
        await scene.Paid(Wish(30_00, 2));
        Assert.Equal((10_000_000, 0), (await scene.Available(), await scene.Of(Chart.Receivable(Customer))));
        scene.Stripe.World.Decide(dispute, won: true);
        await scene.Look(Id());

        Assert.Equal((35_000_000, 0), (await scene.Available(), await scene.Of(Chart.Frozen(Customer))));
        await scene.AssertSound();
    }

    [Fact]
    public async Task A_lost_dispute_undoes_the_payment_and_the_debt_stays()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid(Wish());
        await Spend(scene, 20_000_000);
        var dispute = scene.Stripe.World.Dispute(topUp.PaymentIntent!);

        scene.Stripe.World.Decide(dispute, won: false);
        await scene.Look(Id());

        Assert.Equal((0, 20_000_000), (await scene.Available(), await scene.Of(Chart.Receivable(Customer))));
        Assert.Equal((0, 0), (await scene.Of(Chart.Frozen(Customer)), await scene.Of(Chart.Disputed)));
        await scene.AssertSound();
    }

    [Fact]
    public async Task A_crash_after_a_dispute_was_posted_freezes_once()
    {
        await using var scene = await Open(new CrashPoint(Checkpoints.DisputePosted));
        var topUp = await scene.Paid(Wish());
        scene.Stripe.World.Dispute(topUp.PaymentIntent!, 10_00);

        await Assert.ThrowsAsync<CrashPoint.CrashException>(() => scene.Look(Id()));
        await scene.Look(Id());

        Assert.Equal((15_000_000, 10_000_000), (await scene.Available(), await scene.Of(Chart.Frozen(Customer))));
        await scene.AssertSound();
    }

    [Fact]
    public async Task An_inquiry_moves_no_money_until_it_becomes_a_dispute()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid(Wish());
        var dispute = scene.Stripe.World.Dispute(topUp.PaymentIntent!, inquiry: true);
        await scene.Look(Id());
        Assert.Equal(25_000_000, await scene.Available());

        scene.Stripe.World.Escalate(dispute);
        await scene.Look(Id());

        Assert.Equal((0, 25_000_000), (await scene.Available(), await scene.Of(Chart.Frozen(Customer))));
        await scene.AssertSound();
    }

    [Fact]
    public async Task Evidence_is_sent_once_when_it_was_decided_so()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid(Wish());
        var dispute = scene.Stripe.World.Dispute(topUp.PaymentIntent!);
        await scene.Look(Id());
        scene.Stripe.Fail(SimFault.LostAnswer, "POST", "/v1/disputes");

        await scene.Payments.DecideEvidence(Id(), dispute, Cancel);
        await scene.Look(Id());
        var sent = await scene.Look(Id());

        Assert.Equal((EvidenceState.Sent, DisputeState.UnderReview), (sent.Disputes[0].Evidence, sent.Disputes[0].State));
        Assert.Contains(
            "prepaid GPU compute",
            scene.Stripe.World.Get(dispute)["evidence"]!["uncategorized_text"]!.GetValue<string>(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bank_is_told_how_the_account_was_used_since_it_was_paid()
    {
        await using var scene = await Open();
        await scene.Accesses.Add([Access("before", TimeSpan.FromHours(-2))], Cancel);
        var topUp = await scene.Paid(Wish());
        await scene.Accesses.Add([Access("POST /v1/jobs", TimeSpan.FromMinutes(1))], Cancel);
        var dispute = scene.Stripe.World.Dispute(topUp.PaymentIntent!);
        await scene.Look(Id());

        var told = scene.Stripe.World.Get(dispute)["evidence"]!["access_activity_log"]!.GetValue<string>();
        Assert.EndsWith(" 192.0.2.7 POST /v1/jobs 3x\n", told, StringComparison.Ordinal);
        Assert.DoesNotContain("before", told, StringComparison.Ordinal);

        AccountAccess Access(string what, TimeSpan at) => new(
            Customer,
            ApiKeyId.From(Guid.Empty),
            "192.0.2.7",
            what,
            3,
            scene.Clock.GetUtcNow() + at,
            scene.Clock.GetUtcNow() + at);
    }

    [Fact]
    public async Task Evidence_that_nobody_has_sent_goes_to_the_bank_before_its_deadline_once()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid(Wish());
        var dispute = scene.Stripe.World.Dispute(topUp.PaymentIntent!);
        await scene.Look(Id());
        scene.Stripe.World.AddEvidence(dispute, "customer_name", "Ada, who ordered it");

        scene.Clock.Advance(TimeSpan.FromDays(12) - TimeSpan.FromHours(1));
        Assert.Equal(EvidenceState.Staged, (await scene.Look(Id())).Disputes[0].Evidence);
        scene.Clock.Advance(TimeSpan.FromHours(2));
        var decided = await scene.Look(Id());
        Assert.Equal(EvidenceState.Sending, decided.Disputes[0].Evidence);
        Assert.Equal(0, Told(scene, dispute, "submission_count"));
        scene.Stripe.Fail(SimFault.LostAnswer, "POST", "/v1/disputes");
        await scene.Look(Id());
        var sent = await scene.Look(Id());

        Assert.Equal((EvidenceState.Sent, DisputeState.UnderReview), (sent.Disputes[0].Evidence, sent.Disputes[0].State));
        Assert.Equal(1, Told(scene, dispute, "submission_count"));
        var evidence = scene.Stripe.World.Get(dispute)["evidence"]!;
        Assert.Equal("Ada, who ordered it", evidence["customer_name"]!.GetValue<string>());
        Assert.Contains("prepaid GPU compute", evidence["uncategorized_text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_deadline_no_evidence_is_sent()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid(Wish());
        var dispute = scene.Stripe.World.Dispute(topUp.PaymentIntent!);
        await scene.Look(Id());
        scene.Clock.Advance(TimeSpan.FromDays(14));

        await scene.Look(Id());
        await scene.Look(Id());

        Assert.Equal(0, Told(scene, dispute, "submission_count"));
    }

    [Fact]
    public async Task The_balance_is_compared_and_a_line_that_nobody_explains_is_told()
    {
        await using var scene = await Open();
        var opened = await scene.Opened(Wish());
        scene.Stripe.World.Pay(opened.Session!);
        scene.Stripe.World.PayOut(10_00);

        var healed = await scene.Reconcile();
        scene.Stripe.World.Adjust(-1_23, "transfer");
        var differs = await scene.Reconcile();

        Assert.True(healed.Agrees, string.Join('\n', healed.Unexplained));
        Assert.Equal(25_000_000, await scene.Available());
        Assert.Equal(10_000_000, await scene.Of(Chart.Bank));
        Assert.False(differs.Agrees);
        Assert.Single(differs.Unexplained);
        Assert.Equal(-1_230_000, differs.ProcessorMicroUsd - differs.BookedMicroUsd);
        Assert.Equal(differs.Unexplained, (await scene.Balance.Last(Cancel))!.Unexplained);
    }

    private static Task<CardRefundOutcome> Refund(CardScene scene, long cents, int number = 1) =>
        scene.Payments.Refund(Id(), Customer, RefundId(number), Cents.From(cents), Cancel);

    private static int Told(CardScene scene, string dispute, string field) =>
        scene.Stripe.World.Get(dispute)["evidence_details"]![field]!.GetValue<int>();

    private static string Processor(CardScene scene, int at) =>
        scene.Stripe.World.Every("refund")[at]["id"]!.GetValue<string>();

    private static async Task Spend(CardScene scene, long micros)
    {
        var journal = new Journal(
            $"spend:{micros}",
            "test",
            [.. Journal.Move(Chart.Available(Customer), Chart.Payable(PaymentBooks.Provider(1)), Usdc.FromMicros(micros))]);
        Assert.True((await scene.Books.Book.Post(Marketplace.Ledger.Entry.Of(journal), Cancel)).Stands);
    }
}
