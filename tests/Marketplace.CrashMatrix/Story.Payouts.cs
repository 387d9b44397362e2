using System.Text.Json.Nodes;
using Marketplace.Domain.Ledger;
using Marketplace.Solana.Keys;

namespace Marketplace.CrashMatrix;

/// <content>Money out, and the end of everything.</content>
internal sealed partial class Story
{
    /// <summary>
    /// One payout waits for the next run, the other is instant; each to the wallet of this story alone, while the chain
    /// loses what it is sent.
    /// </summary>
    private async Task MoneyOut()
    {
        using var wallet = Keypair.Generate();
        _bill.Wallet = wallet.PublicKey;
        await _provider.Put("/v1/provider/wallet", new { address = wallet.PublicKey.ToString() });
        var earned = await _provider.Until(
            "/v1/provider/earnings", "earnings are payable", view => Money(view, "payable").Micros >= 10);

        if (HasReviews)
        {
            await Suspect();
        }

        await trouble.WithSends();
        var payable = Money(earned, "payable");
        var first = Usdc.FromMicros(1 + (long)(random.NextDouble() * (payable.Micros - 2)));
        string[] speeds = random.Next(2) == 0 ? ["standard", "instant"] : ["instant", "standard"];
        var asked = new[] { Ask(first, speeds[0]), Ask(payable - first, speeds[1]) };
        await trouble.Fork();

        var payouts = await Task.WhenAll(asked);
        var returned = HasReviews ? await DecideAll(payouts) : null;

        foreach (var payout in payouts.Where(payout => (string)payout["id"]! != returned))
        {
            await Paid($"/v1/provider/payouts/{payout["id"]}");
            _bill.Payouts.Add(((string)payout["id"]!, Money(payout, "amount"), Money(payout, "fee")));
        }
    }

    /// <summary>
    /// A payout that was decided may meet another edition of the list before it is signed, while a case about its
    /// provider is open: then people decide once more.
    /// </summary>
    private async Task Paid(string path)
    {
        const int DecisionsMax = 3;

        for (var decisions = 0; decisions <= DecisionsMax; decisions++)
        {
            var view = await _provider.Until(
                path, "the payout is posted or in review", one => Word(one) is "posted" or "review");

            if (Word(view) == "posted")
            {
                return;
            }

            var review = ReviewOf(view);
            await Release(review, "pay");
            await _provider.Until(
                path, "the decision is followed", one => Word(one) != "review" || ReviewOf(one) != review);
        }

        throw new InvalidOperationException($"{path} was decided {DecisionsMax} times and is not paid.");
    }

    private Task<JsonNode> Ask(Usdc amount, string speed) => _provider.Make(
        "/v1/provider/payouts", new { amount = amount.ToString(), speed }, Key($"payout-{speed}"));

    /// <summary>Good weather, and waits until nothing is on its way any more.</summary>
    private async Task Settle()
    {
        await trouble.Clear();
        await Tabled();
        await renter.Until(
            "/v1/balance", "every deposit is credited", view => Money(view, "available") == _bill.Left);
        await _provider.Until(
            "/v1/provider/earnings",
            "earnings are payable and nothing is on its way",
            view => Money(view, "accrued") == Usdc.Zero && Money(view, "onTheWay") == Usdc.Zero);
    }
}
