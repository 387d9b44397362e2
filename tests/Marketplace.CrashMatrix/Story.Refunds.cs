using System.Text.Json.Nodes;
using Marketplace.Domain.Ledger;
using Marketplace.Solana.Keys;

namespace Marketplace.CrashMatrix;

/// <content>USDC that goes back: of the renter's balance, and what came in without an owner.</content>
internal sealed partial class Story
{
    private const string Suspense = "/v1/admin/suspense";

    private Usdc _unowned;

    /// <summary>To the treasury itself and without a reference: nobody's.</summary>
    private async Task UnownedDeposit()
    {
        _unowned = Amount(1_000_000, 3_000_000);
        await market.Customer.Send(market.Treasury.Address, _unowned, market.Cancel);
    }

    /// <summary>
    /// Both go to one wallet that nobody has paid from. What has no owner is asked for twice: the first time it is
    /// returned to where it waits, the second time another person agrees.
    /// </summary>
    private async Task Refunds()
    {
        using var wallet = Keypair.Generate();
        _bill.RefundWallet = wallet.PublicKey;
        var address = wallet.PublicKey.ToString();
        await Task.WhenAll(RefundBalance(address), RefundUnowned(address));
    }

    private async Task RefundBalance(string address)
    {
        var amount = Amount(1_000_000, 4_000_000);
        var refund = await renter.Make(
            "/v1/usdc-refunds", new { amount = amount.ToString(), address }, Key("usdc-refund"));
        var path = $"/v1/usdc-refunds/{refund["id"]}";
        _bill.SentBack += amount;
        _bill.Refunds.Add(amount);

        // The dispute beside it may have made the renter one whom people look at.
        var view = await renter.Until(path, "the refund is posted or in review", one => Word(one) is "posted" or "review");

        if (Word(view) == "review")
        {
            await Release(ReviewOf(view), "pay");
            await renter.Until(path, "the refund is posted", one => Word(one) == "posted");
        }
    }

    private async Task RefundUnowned(string address)
    {
        var returned = await AskBack(address, "returned");
        await market.Admin.Act(
            $"/v1/admin/reviews/{ReviewOf(returned)}/release", new { reason = "wrong ticket", then = "return" });
        await Refund(returned, "refused");

        var sent = await AskBack(address, "sent");
        await market.Second.Act($"/v1/admin/reviews/{ReviewOf(sent)}/approve", new { reason = "agreed" });
        await Refund(sent, "posted");
        _bill.Refunds.Add(_unowned);
    }

    private async Task<JsonNode> AskBack(string address, string what)
    {
        var waiting = await market.Admin.Until(
            Suspense, "the deposit without an owner waits", view => Mine(view) is not null);
        var refund = await market.Admin.Make(
            $"{Suspense}/{Mine(waiting)!["signature"]}/refund",
            new
            {
                address,
                beneficiary = new { legalName = "Grace Sender", kind = "person" },
                reason = "the sender named the address",
            },
            Key($"back-{what}"));
        return await Refund(refund, "review");
    }

    private JsonNode? Mine(JsonNode suspense) =>
        suspense.AsArray().FirstOrDefault(one => Money(one!, "amount") == _unowned);

    private Task<JsonNode> Refund(JsonNode refund, string state) => market.Admin.Until(
        $"/v1/admin/usdc-refunds/{refund["id"]}", $"the refund is {state}", view => Word(view) == state);

    private static string ReviewOf(JsonNode refund) => ReviewPattern().Match((string)refund["trouble"]!).Value;
}
