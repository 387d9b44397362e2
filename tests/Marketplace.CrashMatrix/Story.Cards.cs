using System.Text.Json.Nodes;
using Marketplace.Domain.Ledger;
using Marketplace.StripeSim;

namespace Marketplace.CrashMatrix;

/// <content>Card money: in, back to the card, and taken back by a bank.</content>
internal sealed partial class Story
{
    private const long CentMicros = 10_000;

    private long _paidCents;
    private string _topUp = string.Empty;

    private string TopUpPath => $"/v1/top-ups/{_topUp}";

    /// <summary>A top-up on Stripe's page or in a page of one's own.</summary>
    private async Task Cards()
    {
        if (random.Next(3) == 0)
        {
            market.Stripe.Fail(Fault(), "POST", "/v1/checkout/sessions");
            market.Stripe.Fail(Fault(), "POST", "/v1/payment_intents");
        }

        _paidCents = random.Next(10_00, 40_00);
        var method = random.Next(2) == 0 ? "checkout" : "paymentIntent";
        var made = await renter.Make("/v1/top-ups", new { amount = Dollars(_paidCents), method }, Key("top-up"));
        _topUp = (string)made["id"]!;
        var open = await renter.Until(TopUpPath, "the top-up is open", view => Word(view) is not "opening");
        var world = market.Stripe.World;
        _bill.PaymentIntent = Pay(open, world);
        _bill.ToppedUp += Usdc.FromMicros(_paidCents * CentMicros);
        await renter.Until(TopUpPath, "the top-up is paid", view => Word(view) == "paid");
    }

    private static string Pay(JsonNode open, StripeWorld world)
    {
        if ((string?)open["checkoutUrl"] is { } url)
        {
            return world.Pay(url[(url.LastIndexOf('/') + 1)..]);
        }

        var secret = (string?)open["clientSecret"]
            ?? throw new InvalidOperationException($"nothing to pay with: {open.ToJsonString()}");
        var intent = secret[..secret.IndexOf("_secret", StringComparison.Ordinal)];
        world.Confirm(intent);
        return intent;
    }

    /// <summary>A part goes back to the card; then the card's bank wants the rest, and gets it or not.</summary>
    private async Task Reversals()
    {
        if (random.Next(3) == 0)
        {
            market.Stripe.Fail(Fault(), "POST", "/v1/refunds");
        }

        var refunded = random.Next(1_00, 6_00);
        var refund = await renter.Make($"{TopUpPath}/refunds", new { amount = Dollars(refunded) }, Key("refund"));
        var id = (string)refund["id"]!;
        await renter.Until(
            TopUpPath,
            "the refund has succeeded",
            view => view["refunds"]!.AsArray().Any(one => (string)one!["id"]! == id && Word(one) == "succeeded"));
        _bill.Refunded += Usdc.FromMicros(refunded * CentMicros);
        await Dispute(random.Next(1_00, 4_00), isWon: random.Next(2) == 0);
    }

    private async Task Dispute(long cents, bool isWon)
    {
        var dispute = market.Stripe.World.Dispute(_bill.PaymentIntent!, cents);
        await AwaitDispute(dispute, "open", "underReview");
        market.Stripe.World.Decide(dispute, isWon);
        await AwaitDispute(dispute, isWon ? "won" : "lost");
        _bill.Lost += isWon ? Usdc.Zero : Usdc.FromMicros(cents * CentMicros);
    }

    private Task<JsonNode> AwaitDispute(string dispute, params string[] states) => renter.Until(
        TopUpPath,
        $"the dispute is {states[0]}",
        view => view["disputes"]!.AsArray().Any(one =>
            (string)one!["id"]! == dispute && states.Contains(Word(one), StringComparer.Ordinal)));

    /// <summary>
    /// Not an error before anything was done: Stripe repeats that under the same key for a day, and so long the refund
    /// rightly stays held.
    /// </summary>
    private SimFault Fault() => random.GetItems([SimFault.LostAnswer, SimFault.TooMany, SimFault.ErrorAfter], 1)[0];
}
