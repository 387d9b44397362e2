using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Marketplace.CrashMatrix;

/// <content>People who decide about payouts.</content>
internal sealed partial class Story
{
    private const string Listed = "/v1/admin/sanctions-list";

    [GeneratedRegex("rev_[0-9a-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ReviewPattern();

    /// <summary>A list comes out that names somebody like the provider.</summary>
    private async Task Suspect()
    {
        // Whoever was cleared stops nothing any more: every story's list means another party.
        market.PublishList($"{Market.ProviderName} Overseas Holding {Letter()} {Letter()}");
        await market.Admin.Until(Listed, "the host has the list", view => (int)view["parties"]! == 2);
    }

    private char Letter() => (char)('A' + random.Next(26));

    /// <summary>
    /// One payout is given back and the other paid, both decided by people at once; answers the one that is given back.
    /// </summary>
    private async Task<string> DecideAll(JsonNode[] payouts)
    {
        var returned = (string)payouts[random.Next(payouts.Length)]["id"]!;
        await Task.WhenAll(payouts.Select(payout => Decide((string)payout["id"]!, returned)));
        await _provider.Until(
            $"/v1/provider/payouts/{returned}", "the payout is given back", view => Word(view) == "refused");

        // Nothing is suspect any more, in no later story either.
        market.PublishList();
        await market.Admin.Until(Listed, "the host has the next list", view => (int)view["parties"]! == 1);
        var open = await market.Admin.Get("/v1/admin/reviews?state=open");

        foreach (var one in open["data"]!.AsArray())
        {
            await Release((string)one!["id"]!, "pay");
        }

        return returned;
    }

    private async Task Decide(string payout, string returned)
    {
        var view = await _provider.Until(
            $"/v1/provider/payouts/{payout}", "the payout waits for people", one => Word(one) == "review");
        var review = ReviewPattern().Match((string)view["trouble"]!).Value;
        await Release(review, payout == returned ? "return" : "pay");
        var decided = await market.Admin.Until(
            $"/v1/admin/reviews/{review}", "the case is decided", one => Word(one) == "cleared");

        // Decided is decided: another word about it changes nothing.
        if (await market.Admin.Act($"/v1/admin/reviews/{review}/block", new { reason = "second thoughts" }))
        {
            throw new InvalidOperationException($"{review} was decided twice: {decided}");
        }
    }

    private async Task Release(string review, string then)
    {
        await market.Admin.Act($"/v1/admin/reviews/{review}/claim", new { reason = "looks into it" });
        await market.Admin.Act($"/v1/admin/reviews/{review}/release", new { reason = "somebody else", then });
    }
}
