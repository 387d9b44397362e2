using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.StripeSim;
using static Marketplace.Stripe.Tests.Scene;

namespace Marketplace.Stripe.Tests;

public sealed class StripeCardsTests
{
    [Fact]
    public async Task A_page_is_opened_and_what_was_paid_on_it_is_read_back_with_its_fee()
    {
        await using var scene = await Open();
        var topUp = scene.NewTopUp();

        var page = Done(await scene.Cards.OpenPage(topUp, Pages, Cancel));
        var waiting = await scene.Cards.Read(topUp with { Session = page.Id }, Cancel);
        var intent = scene.Server.World.Pay(page.Id);
        var paid = await scene.Cards.Read(topUp with { Session = page.Id }, Cancel);

        Assert.StartsWith("https://", page.Url, StringComparison.Ordinal);
        Assert.Null(waiting.Payment);
        Assert.Equal(intent, paid.Payment!.Id);
        Assert.Equal(PaymentStanding.Succeeded, paid.Payment.Standing);
        Assert.Equal(topUp.Id.Value, paid.Payment.TopUp);
        Assert.Equal(25_00, paid.Payment.Received.Value);
        Assert.Equal(1_02, paid.Payment.Fee.Value);
        Assert.StartsWith("txn_", paid.Payment.FeeTransaction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payment_intent_waits_for_the_card_holder_where_the_bank_asks()
    {
        await using var scene = await Open();
        var topUp = scene.NewTopUp(CardMethod.PaymentIntent);
        var payment = Done(await scene.Cards.OpenPayment(topUp, requireThreeDSecure: true, Cancel));
        topUp = topUp with { PaymentIntent = payment.Id };

        scene.Server.World.Confirm(payment.Id, TestCards.Declined);
        scene.Server.World.Confirm(payment.Id, TestCards.ThreeDSecure);
        var waiting = await scene.Cards.Read(topUp, Cancel);
        scene.Server.World.Authenticate(payment.Id, passes: true);
        var paid = await scene.Cards.Read(topUp, Cancel);

        Assert.NotNull(payment.ClientSecret);
        Assert.Equal(PaymentStanding.Waiting, waiting.Payment!.Standing);
        Assert.Equal(PaymentStanding.Succeeded, paid.Payment!.Standing);
    }

    [Theory]
    [InlineData(SimFault.TooMany, true)]
    [InlineData(SimFault.LostAnswer, true)]
    [InlineData(SimFault.ErrorAfter, false)]
    [InlineData(SimFault.ErrorBefore, false)]
    public async Task An_unknown_outcome_is_asked_for_again_with_the_same_key_and_has_one_effect(SimFault fault, bool clears)
    {
        await using var scene = await Open();
        var topUp = scene.NewTopUp();
        scene.Server.Fail(fault, "POST", "/v1/checkout/sessions");

        var first = await scene.Cards.OpenPage(topUp, Pages, Cancel);
        var second = await scene.Cards.OpenPage(topUp, Pages, Cancel);
        var found = await scene.Cards.FindOpened(topUp, Cancel);

        Assert.IsType<StripeAnswer<PageFact>.Unknown>(first);
        Assert.Equal(clears, second is StripeAnswer<PageFact>.Done);
        Assert.Equal(fault == SimFault.ErrorBefore ? 0 : 1, scene.Server.World.Every("checkout.session").Count);
        Assert.Equal(fault == SimFault.ErrorBefore, found is null);
    }

    [Fact]
    public async Task A_key_with_other_parameters_is_told_apart_and_has_no_effect()
    {
        await using var scene = await Open();
        var topUp = scene.NewTopUp();
        Done(await scene.Cards.OpenPage(topUp, Pages, Cancel));

        var other = await scene.Cards.OpenPage(topUp with { Asked = Cents.From(26_00) }, Pages, Cancel);

        Assert.IsType<StripeAnswer<PageFact>.KeyTaken>(other);
        Assert.Single(scene.Server.World.Every("checkout.session"));
    }

    [Fact]
    public async Task The_same_request_at_the_same_time_has_one_effect()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid();
        var gate = new TaskCompletionSource();
        scene.Server.HeldUp = gate.Task;

        var first = scene.Cards.Refund(topUp, NewRefund(5_00), Cancel);
        var second = await Task.WhenAny(first, scene.Cards.Refund(topUp, NewRefund(5_00), Cancel));
        gate.SetResult();

        Assert.IsType<StripeAnswer<RefundFact>.Unknown>(await second);
        await first;
        Assert.Equal(CardRefundState.Succeeded, Done(await scene.Cards.Refund(topUp, NewRefund(5_00), Cancel)).State);
        Assert.Single(scene.Server.World.Every("refund"));
    }

    [Fact]
    public async Task A_refund_above_what_is_left_is_refused_for_sure()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid();
        Done(await scene.Cards.Refund(topUp, NewRefund(20_00), Cancel));

        var second = await scene.Cards.Refund(topUp, NewRefund(5_01, 2), Cancel);

        Assert.Equal("amount_too_large", Assert.IsType<StripeAnswer<RefundFact>.Refused>(second).Code);
    }

    [Fact]
    public async Task A_dispute_is_read_with_its_money_and_its_fee_and_takes_evidence_once()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid();
        var dispute = scene.Server.World.Dispute(topUp.PaymentIntent!, 10_00);
        var told = new DisputeText("receipts", "requests");

        var open = Assert.Single((await scene.Cards.Read(topUp, Cancel)).Disputes);
        Done(await scene.Cards.Tell(dispute, told, send: false, Cancel));
        var sent = Done(await scene.Cards.Tell(dispute, told, send: true, Cancel));
        scene.Server.World.Decide(dispute, won: true);
        var won = Assert.Single((await scene.Cards.Read(topUp, Cancel)).Disputes);

        Assert.Equal((10_00, 15_00, true, false), (open.Amount.Value, open.Fee.Value, open.IsWithdrawn, open.IsReinstated));
        Assert.True(sent.IsEvidenceSent);
        Assert.Equal(DisputeState.UnderReview, sent.State);
        Assert.Equal((DisputeState.Won, true), (won.State, won.IsReinstated));
    }

    [Fact]
    public async Task What_nobody_took_is_listed_oldest_first_over_many_pages()
    {
        await using var scene = await Open();

        for (var number = 0; number < 60; number++)
        {
            var page = Done(await scene.Cards.OpenPage(scene.NewTopUp(number: number), Pages, Cancel));
            scene.Server.World.Pay(page.Id);
        }

        scene.Server.World.Events[0].IsDelivered = true;
        var missed = await scene.Cards.Missed(DateTimeOffset.UnixEpoch, 1_000, Cancel);
        var lines = await scene.Cards.Lines(Cancel);

        Assert.True(scene.Server.World.Events.Skip(1).Select(one => one.Id).SequenceEqual(missed.Select(one => one.Event.Id), StringComparer.Ordinal));
        Assert.Equal(60, lines.Count);
        Assert.Equal(scene.Server.World.BalanceCents, lines.Sum(line => line.Net));
    }

    [Fact]
    public async Task Every_object_of_a_payment_leads_to_its_top_up()
    {
        await using var scene = await Open();
        var topUp = await scene.Paid();
        var refund = Done(await scene.Cards.Refund(topUp, NewRefund(5_00), Cancel));
        var dispute = scene.Server.World.Dispute(topUp.PaymentIntent!);
        var charge = scene.Server.World.Every("charge")[0]["id"]!.GetValue<string>();

        foreach (var (kind, id) in new[]
        {
            ("checkout.session", topUp.Session!), ("payment_intent", topUp.PaymentIntent!), ("charge", charge),
            ("refund", refund.Id), ("dispute", dispute),
        })
        {
            Assert.Equal(topUp.Id.Value, (await scene.Cards.Owner(kind, id, Cancel))?.TopUp);
        }

        Assert.Null(await scene.Cards.Owner("customer", "cus_1", Cancel));
        var missing = await Assert.ThrowsAsync<StripeReadException>(() => scene.Cards.Owner("charge", "ch_none", Cancel));
        Assert.True(missing.IsMissing);
    }
}
