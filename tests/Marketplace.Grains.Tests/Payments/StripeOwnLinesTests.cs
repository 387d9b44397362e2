using Marketplace.Domain.Ledger;
using static Marketplace.Grains.Tests.Payments.CardScene;

namespace Marketplace.Grains.Tests.Payments;

/// <summary>What only Stripe's account tells of: its own fees, what it gives back, and what moves beside payments.</summary>
public sealed class StripeOwnLinesTests
{
    [Theory]
    [InlineData("stripe_fee", -2_00, "X:usd:stripefee")]
    [InlineData("stripe_fee", 75, "X:usd:stripefee")]
    [InlineData("tax_fee", -31, "X:usd:stripefee")]
    [InlineData("adjustment", -1_23, "X:usd:stripefee")]
    [InlineData("adjustment", 4_56, "X:usd:stripefee")]
    [InlineData("topup", 50_00, "A:usd:bank")]
    [InlineData("topup_reversal", -50_00, "A:usd:bank")]
    [InlineData("reserve_hold", -9_00, "A:usd:reserved")]
    public async Task A_line_of_Stripes_own_gets_one_journal_however_often_it_is_seen(
        string type, long cents, string account)
    {
        await using var scene = await Open();
        await scene.Paid(Wish());
        var before = await scene.Of(LedgerAccount.Parse(account));
        scene.Stripe.World.Adjust(cents, type);

        await scene.AssertSound();
        var view = await scene.Reconcile();
        await scene.AssertSound();

        Assert.True(view.Agrees, string.Join('\n', view.Unexplained));
        Assert.Equal(-cents * Cents.MicrosPerCent, await scene.Of(LedgerAccount.Parse(account)) - before);
    }

    [Fact]
    public async Task What_was_set_aside_or_paid_out_comes_back()
    {
        await using var scene = await Open();
        await scene.Paid(Wish());
        var payout = scene.Stripe.World.PayOut(10_00);
        scene.Stripe.World.Adjust(-5_00, "reserve_hold");
        await scene.AssertSound();

        scene.Stripe.World.Adjust(10_00, "payout_failure", payout);
        scene.Stripe.World.Adjust(5_00, "reserve_release");
        var view = await scene.Reconcile();

        await scene.AssertSound();
        Assert.True(view.Agrees, string.Join('\n', view.Unexplained));
        Assert.Equal(0, await scene.Of(Chart.Bank));
        Assert.Equal(0, await scene.Of(Chart.StripeReserve));
    }

    [Fact]
    public async Task A_fee_that_comes_back_with_a_won_dispute_is_a_journal_of_its_own()
    {
        await using var scene = await Open();
        var paid = await scene.Paid(Wish());
        var dispute = scene.Stripe.World.Dispute(paid.PaymentIntent!);
        await scene.Look(paid.Id);
        var fees = await scene.Of(Chart.StripeFees);

        scene.Stripe.World.Decide(dispute, won: true, feeBack: 15_00);
        await scene.Look(paid.Id);
        var view = await scene.Reconcile();

        await scene.AssertSound();
        Assert.True(view.Agrees, string.Join('\n', view.Unexplained));
        Assert.Equal(25_000_000, await scene.Available());
        Assert.Equal(-15_000_000, await scene.Of(Chart.StripeFees) - fees);
    }

    [Theory]
    [InlineData("adjustment", -100_01)]
    [InlineData("adjustment", 100_01)]
    [InlineData("transfer", -1_00)]
    [InlineData("reserve_release", 1_00)]
    public async Task What_a_person_must_look_at_stays_unexplained(string type, long cents)
    {
        await using var scene = await Open();
        await scene.Paid(Wish());
        scene.Stripe.World.Adjust(cents, type);

        var view = await scene.Reconcile();

        Assert.False(view.Agrees);
        Assert.Single(view.Unexplained);
        Assert.Equal(cents * Cents.MicrosPerCent, view.ProcessorMicroUsd - view.BookedMicroUsd);
    }
}
