using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Payments;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Microsoft.Extensions.Options;
using static Marketplace.Grains.Tests.Payments.CardScene;

namespace Marketplace.Grains.Tests.Payments;

public sealed class PaymentOptionsTests
{
    [Fact]
    public async Task Without_a_key_no_cards_are_taken_and_nothing_is_stored()
    {
        await using var scene = await Open();
        var off = Options.Create(new PaymentOptions());
        using var source = new CardSource(off);
        var payments = new CardPayments(
            scene.Rows, new ReceiptRows(scene.Books.Database), new AccessRows(scene.Books.Database), source, off, scene.Clock, new NoCheckpoint());
        var inbox = new PaymentInbox(scene.Events, source, scene.Clock, new NoCheckpoint());
        var balance = new StripeBalance(scene.Books.Book, scene.Register, source, scene.Clock);

        Assert.IsType<TopUpOutcome.Off>(await payments.Begin(Customer, scene.Clock.GetUtcNow(), Wish(), Cancel));
        Assert.IsType<CardRefundOutcome.Off>(
            await payments.Refund(Id(), Customer, RefundId(), Cents.From(1_00), Cancel));
        Assert.Equal(InboxOutcome.Off, await inbox.Take([1], "t=1,v1=00", Cancel));
        Assert.Null(await balance.Reconcile(_ => Task.CompletedTask, Cancel));
        Assert.Equal(0, (await balance.Read(Cancel)).BalanceMicroUsd);
        Assert.Null(await scene.Rows.Find(Id(), Cancel));
    }

    [Fact]
    public void A_wrong_value_is_named_with_what_is_allowed_and_a_secret_is_never_shown()
    {
        Assert.True(Validate(new()).Succeeded);
        Assert.True(Validate(Configured()).Succeeded);

        foreach (var (options, key) in new[]
        {
            (Configured(o => o.StripeApiKey = "pk_live_secret"), "Payments:StripeApiKey"),
            (Configured(o => o.StripeApiBase = "http://stripe.test"), "Payments:StripeApiBase"),
            (Configured(o => o.WebhookSecrets.Clear()), "Payments:WebhookSecrets"),
            (Configured(o => o.SuccessUrl = "shop"), "Payments:SuccessUrl"),
            (Configured(o => o.MinimumUsd = 0.4m), "Payments:MinimumUsd"),
            (Configured(o => o.MaximumUsd = 1_000_000m), "Payments:MaximumUsd"),
            (Configured(o => o.TopUpsPerHour = 0), "Payments:TopUpsPerHour"),
            (Configured(o => o.AdjustmentMaxUsd = -1), "Payments:AdjustmentMaxUsd"),
            (Configured(o => o.SessionLife = TimeSpan.FromMinutes(5)), "Payments:SessionLife"),
            (Configured(o => o.CallTimeout = TimeSpan.Zero), "Payments:CallTimeout"),
            (Configured(o => o.SweepEvery = TimeSpan.Zero), "Payments:SweepEvery"),
        })
        {
            var answer = Validate(options);

            Assert.Contains(answer.Failures ?? [], failure => failure.StartsWith(key, StringComparison.Ordinal));
            Assert.DoesNotContain("secret", string.Concat(answer.Failures!).Replace("secrets", string.Empty, StringComparison.Ordinal)
                .Replace("a secret", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    private static ValidateOptionsResult Validate(PaymentOptions options) =>
        new PaymentOptionsValidator().Validate(null, options);

    private static PaymentOptions Configured(Action<PaymentOptions>? change = null)
    {
        var options = new PaymentOptions { StripeApiKey = "sk_test_sim" };
        options.WebhookSecrets.Add("whsec_secret");
        change?.Invoke(options);
        return options;
    }
}
