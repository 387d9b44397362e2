using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.StripeSim;
using static Marketplace.Grains.Tests.Payments.CardScene;

namespace Marketplace.Grains.Tests.Payments;

public sealed class CardPaymentsTests
{
    [Fact]
    public async Task A_paid_top_up_is_credited_once_with_its_fee()
    {
        await using var scene = await Open();
        var opened = await scene.Opened(Wish());
        Assert.NotNull(opened.Url);
        Assert.Equal(0, await scene.Available());

        scene.Stripe.World.Pay(opened.Session!);
        var paid = await scene.Look(Id());
        await scene.Look(Id());

        Assert.Equal(TopUpState.Paid, paid.State);
        Assert.Equal(25_000_000, await scene.Available());
        Assert.Equal(25_00 - 1_02, await scene.Of(Chart.Stripe) / Cents.MicrosPerCent);
        Assert.Equal(1_02, await scene.Of(Chart.StripeFees) / Cents.MicrosPerCent);
        await scene.AssertSound();
    }

    [Fact]
    public async Task The_same_wish_is_the_same_top_up_and_another_under_its_key_is_refused()
    {
        await using var scene = await Open();
        var opened = await scene.Opened(Wish());

        var again = Assert.IsType<TopUpOutcome.Accepted>(await scene.Begin(Wish()));

        Assert.Equal(opened.Session, again.TopUp.Session);
        Assert.IsType<TopUpOutcome.KeyTaken>(await scene.Begin(Wish(26_00)));
        Assert.IsType<TopUpOutcome.KeyTaken>(await scene.Begin(Wish(method: CardMethod.PaymentIntent)));
        Assert.Single(scene.Stripe.World.Every("checkout.session"));
    }

    [Theory]
    [InlineData(SimFault.TooMany)]
    [InlineData(SimFault.ErrorAfter)]
    [InlineData(SimFault.LostAnswer)]
    public async Task A_page_whose_answer_was_lost_is_opened_once(SimFault fault)
    {
        await using var scene = await Open();
        scene.Stripe.Fail(fault, "POST", "/v1/checkout/sessions");
        await scene.Begin(Wish());

        await scene.Look(Id());
        var opened = await scene.Look(Id());

        Assert.Equal(TopUpState.Open, opened.State);
        Assert.Single(scene.Stripe.World.Every("checkout.session"));
        Assert.Null(opened.Trouble);
    }

    [Fact]
    public async Task A_key_that_is_a_day_old_is_never_used_again()
    {
        await using var scene = await Open();
        scene.Stripe.Fail(SimFault.ErrorBefore, "POST", "/v1/checkout/sessions");
        await scene.Begin(Wish());
        var waiting = await scene.Look(Id());
        scene.Clock.Advance(TimeSpan.FromHours(25));

        var failed = await scene.Look(Id());

        Assert.Equal((TopUpState.Opening, TopUpState.Failed), (waiting.State, failed.State));
        Assert.Empty(scene.Stripe.World.Every("checkout.session"));
    }

    [Theory]
    [InlineData(Checkpoints.TopUpPosted)]
    [InlineData(Checkpoints.StripeEventStored)]
    public async Task A_crash_between_the_books_and_the_event_credits_once(string point)
    {
        await using var scene = await Open(new CrashPoint(point));
        var opened = await scene.Opened(Wish());
        scene.Stripe.World.Pay(opened.Session!);
        var told = scene.Stripe.World.Events.Single(one => one.Type == "payment_intent.succeeded");

        await Assert.ThrowsAsync<CrashPoint.CrashException>(async () =>
        {
            await scene.Take(told);
            await scene.Work();
        });
        await scene.Take(told);
        await scene.Work();

        Assert.Equal(25_000_000, await scene.Available());
        await scene.AssertSound();
    }

    [Fact]
    public async Task A_payment_that_is_not_what_was_asked_for_is_credited_as_what_it_is_and_foreign_money_is_not()
    {
        await using var scene = await Open();
        var intent = (await scene.Opened(Wish(method: CardMethod.PaymentIntent))).PaymentIntent!;
        scene.Stripe.World.Set(intent, "currency", "eur");
        scene.Stripe.World.Confirm(intent);

        var held = await scene.Look(Id());

        Assert.Equal(TopUpState.Open, held.State);
        Assert.Contains("eur", held.Trouble, StringComparison.Ordinal);
        Assert.Equal(0, await scene.Available());
    }

    [Fact]
    public async Task An_unpaid_page_expires_and_a_payment_that_still_arrives_is_credited()
    {
        await using var scene = await Open();
        await scene.Opened(Wish());
        scene.Clock.Advance(TimeSpan.FromHours(2));
        var expired = await scene.Look(Id());
        Assert.Equal(TopUpState.Expired, expired.State);

        var intent = scene.Stripe.World.PayAfterAll(expired.Session!);
        await scene.Take(scene.Stripe.World.Events.Single(one => one.Type == "payment_intent.succeeded"));
        await scene.Work();

        Assert.Equal(intent, (await scene.Rows.Find(Id(), Cancel))!.TopUp.PaymentIntent);
        Assert.Equal(25_000_000, await scene.Available());
    }

    [Fact]
    public async Task Limits_hold_until_an_account_has_shown_that_it_pays()
    {
        await using var scene = await Open();
        scene.Options.FirstTopUpCapUsd = 100;
        scene.Options.TopUpsPerHour = 3;

        Assert.IsType<TopUpOutcome.OutOfBounds>(await scene.Begin(Wish(4_99, 9)));
        await scene.Opened(Wish(60_00, 1));
        var above = Assert.IsType<TopUpOutcome.AboveLimit>(await scene.Begin(Wish(40_01, 9)));
        await scene.Opened(Wish(40_00, 2));
        scene.Stripe.World.Pay((await scene.Rows.Find(Id(1), Cancel))!.TopUp.Session!);
        await scene.Look(Id(1));
        await scene.Opened(Wish(300_00, 3));

        Assert.Equal((TopUpRules.FirstTopUp, 40_00), (above.Limit, above.Left.Value));
        Assert.IsType<TopUpOutcome.TooMany>(await scene.Begin(Wish(10_00, 4)));
        scene.Clock.Advance(TimeSpan.FromMinutes(61));
        await scene.Opened(Wish(10_00, 4));
    }
}
