using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Marketplace.Domain.Ledger;
using Marketplace.Solana;

namespace Marketplace.CrashMatrix;

/// <summary>
/// One story from money in to money out: deposits in USDC by reference and to a standing address, a top-up by card with a refund of a part and a dispute, a
/// text, a render, an advance, a standard and an instant payout, a refund in USDC and a deposit without an owner that goes
/// back. It knows nothing of the host's death but that some
/// answers never come.
/// </summary>
internal sealed partial class Story(
    Market market, PatientClient renter, ChainTrouble trouble, Random random, string name)
{
    private readonly Bill _bill = new();

    public Bill Bill => _bill;

    /// <summary>Whether the provider is like a listed party, so that people decide about every payout.</summary>
    public bool HasReviews { get; init; }

    /// <summary>Plays it; at the end everything that was begun has ended.</summary>
    public async Task Play()
    {
        await OpenWebhook();
        var cards = Cards();

        if (random.Next(2) == 0)
        {
            await Deposit();
            await cards;
        }
        else
        {
            await Task.WhenAll(Deposit(), cards);
        }

        await Task.WhenAll(random.Next(2) == 0
            ? [Text(), Render(), Advance()]
            : new[] { Render(), Text(), Advance() });
        await Task.WhenAll(Reversals(), MoneyOut(), Refunds());
        await Settle();
        await Told();
    }

    /// <summary>Asks for everything once more under its key; what came out differently is answered.</summary>
    public async Task<IReadOnlyList<string>> RepeatAll() =>
        [.. await renter.Repeat(), .. await _provider.Repeat(), .. ToldTwice()];

    private readonly PatientClient _provider = market.Provider;

    private string Key(string what) => $"{name}-{what}";

    private Usdc Amount(int fromMicros, int toMicros) => Usdc.FromMicros(random.Next(fromMicros, toMicros));

    private async Task Deposit()
    {
        var amount = Amount(20_000_000, 40_000_000);
        var deposit = await renter.Make("/v1/deposits", new { amount = amount.ToString() }, Key("deposit"));
        await StandingDeposit();
        await UnownedDeposit();
        await market.Customer.Pay((string)deposit["url"]!, market.Cancel);
        _bill.Deposited += amount;
        await trouble.WithReads();
        await renter.Until(
            $"/v1/deposits/{deposit["id"]}", "the deposit is credited", view => Money(view, "received") == amount);
    }

    /// <summary>
    /// As an exchange sends: to the account's own address, without a reference. That it is credited is awaited at the
    /// end, when nothing else moves the balance any more.
    /// </summary>
    private async Task StandingDeposit()
    {
        var amount = Amount(1_000_000, 5_000_000);
        var address = await renter.Make("/v1/deposit-address", new { }, Key("address"));
        await market.Customer.Send(PublicKey.Parse((string)address["address"]!), amount, market.Cancel);
        _bill.Deposited += amount;
    }

    private async Task Text()
    {
        var order = new
        {
            model = Market.Model,
            prompt = $"story {name}",
            maxTokens = random.Next(20, 60),
            seed = random.Next(1_000),
        };
        var job = await renter.Make("/v1/jobs", order, Key("text"));
        await Done($"/v1/jobs/{job["id"]}", (string)job["id"]!);
    }

    private async Task Render()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(market.Scene));
        await renter.Upload(hash, market.Scene);
        var files = new { root = "scene.glb", files = new[] { new { path = "scene.glb", sha256 = hash } } };
        var scene = await renter.Make("/v1/scenes", files, Key("scene"));
        var order = new
        {
            scene = (string)scene["id"]!,
            width = 16,
            height = 16,
            samples = random.Next(2, 6),
            frames = random.Next(2) == 0 ? "1" : "1-2",
            seed = random.Next(1_000),
        };
        var render = await renter.Make("/v1/renders", order, Key("render"));
        await Done($"/v1/renders/{render["id"]}", (string)render["id"]!);
    }

    private async Task Done(string path, string id)
    {
        var done = await renter.Until(path, "the work succeeds", view => Word(view) == "succeeded");
        _bill.Works.Add(id);
        _bill.Charged += Money(done, "charged");
        _bill.Receipts.AddRange(done["receipts"] is JsonArray several
            ? several.Select(one => (string)one!)
            : [(string)done["receipt"]!]);
    }

    /// <summary>As much as is offered as soon as something is; another time of the story would find nothing.</summary>
    private async Task Advance()
    {
        var offer = await _provider.Until(
            "/v1/provider/advances/offer",
            "an advance is offered, or all work is over",
            view => Money(view, "limit") > Usdc.Zero || _bill.Works.Count == 2);

        if (Money(offer, "limit") is var limit && limit > Usdc.Zero)
        {
            await _provider.TryMake("/v1/provider/advances", new { amount = limit.ToString() }, Key("advance"));
        }
    }

    private static Usdc Money(JsonNode view, string field) => Usdc.Parse((string)view[field]!);

    private static string Word(JsonNode view) => (string)view["state"]!;

    private static string Text(Usdc amount) => amount.ToString();

    private static string Dollars(long cents) =>
        (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}
