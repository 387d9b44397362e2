using System.Net;
using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Api.Tests.Compliance;

/// <summary>Screening, reviews and the travel rule over HTTP.</summary>
public sealed class ComplianceTests
{
    private const string Wallet = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";
    private const string Name = "Basement Rigs";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Today => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_sanctioned_wallet_is_refused_and_a_person_has_to_look()
    {
        await using var market = await ScreenedMarket.Open(null, list => list.Publish(Today, ("Nobody Atall", Wallet)));
        var (provider, _) = await Provider(market);
        var officer = await market.NewAccount("compliance");

        var (status, problem) = await provider.Refused(HttpMethod.Put, "/v1/provider/wallet", new { address = Wallet });

        Assert.Equal((HttpStatusCode.Forbidden, "wallet-sanctioned"), (status, problem.Text("code")));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await provider.Get("/v1/provider")).At("wallet").ValueKind);
        var review = await officer.Get($"/v1/admin/reviews/{problem.Text("review")}");
        Assert.Equal(("block", "open", Wallet), (review.Text("band"), review.Text("state"), review.At("hits")[0].Text("listed")));
        var list = await officer.Get("/v1/admin/sanctions-list");
        Assert.Equal((1, false), (list.At("parties").GetInt32(), list.At("screensNothing").GetBoolean()));
        Assert.Equal("wallet", (await officer.Get($"/v1/admin/screenings/{review.Text("screening")}")).Text("purpose"));
    }

    [Fact]
    public async Task A_payout_in_review_is_released_by_two_people_and_paid_once()
    {
        if (SolanaLocalnet.WhyUnavailable() is { } reason)
        {
            Assert.Skip(reason);
        }

        await using var chain = await SolanaLocalnet.StartAsync(Cancel);
        await using var market = await ScreenedMarket.Open(
            chain, list => list.Publish(Today, ($"{Name} Overseas Holding", null)), "--Payouts:FourEyesAboveUsdc=1");
        var (provider, id) = await Provider(market);
        var officer = await market.NewAccount("compliance");
        var treasurer = await market.NewAccount("finance");
        await provider.Put("/v1/provider/wallet", new { address = Wallet });
        await market.Earn(id, 3_000_000);

        var asked = await provider.Post("/v1/provider/payouts", new { amount = "3" });
        var payout = $"/v1/provider/payouts/{asked.Text("id")}";
        var held = await provider.UntilState(payout, "review");
        var review = $"/v1/admin/reviews/{held.Text("trouble").Split('(', ')')[1]}";
        Assert.Contains("sanctions-name", held.Text("trouble"), StringComparison.Ordinal);

        var (unreasoned, bad) = await officer.Refused(HttpMethod.Post, $"{review}/claim", new { reason = "x" });
        Assert.Equal((HttpStatusCode.BadRequest, "reason"), (unreasoned, Assert.Single(bad.Fields())));
        var (foreign, _) = await provider.Refused(HttpMethod.Get, review);
        var (undecided, _) = await treasurer.Refused(HttpMethod.Post, $"{review}/claim", new { reason = "mine" });
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (foreign, undecided));
        await officer.Post($"{review}/claim", new { reason = "looking into it" });
        var waits = await officer.Post($"{review}/release", new { reason = "another company of the name", then = "pay" });
        Assert.Equal("claimed", waits.Text("state"));
        var (alone, problem) = await officer.Refused(HttpMethod.Post, $"{review}/approve", new { reason = "me again" });
        Assert.Equal((HttpStatusCode.Conflict, "second-person-needed"), (alone, problem.Text("code")));
        var cleared = await treasurer.Post($"{review}/approve", new { reason = "papers seen" });
        Assert.Equal("cleared", cleared.Text("state"));

        await provider.UntilState(payout, "posted");
        var (late, _) = await treasurer.Refused(HttpMethod.Post, $"{review}/approve", new { reason = "once more" });
        Assert.Equal(HttpStatusCode.Conflict, late);
        var account = AssociatedTokenProgram.Address(PublicKey.Parse(Wallet), chain.UsdcMint);
        Assert.Equal(3_000_000UL, (await chain.Rpc.GetTokenAccountBalanceAsync(account, ReadOptions.Finalized, Cancel)).Value.Amount);
        var log = await market.Admin.Get("/v1/admin/audit-log?limit=100");
        var acts = log.At("data").EnumerateArray()
            .Where(line => review.EndsWith(line.Text("subject"), StringComparison.Ordinal))
            .Select(line => line.Text("action"));
        Assert.Equal("review.approve review.claim review.release", string.Join(' ', acts.Order(StringComparer.Ordinal)));
        Assert.Equal(1, (await officer.Get("/v1/admin/reviews?state=cleared")).At("data").GetArrayLength());
    }

    [Fact]
    public async Task A_list_that_is_too_old_makes_payouts_and_wallets_wait_and_says_so()
    {
        await using var market = await ScreenedMarket.Open(null, list => list.Publish(Today, ("Nobody Atall", null)));
        var (provider, id) = await Provider(market);
        await provider.Put("/v1/provider/wallet", new { address = Wallet });
        await market.Earn(id, 3_000_000);

        market.List.Publish(Today.AddDays(-9), ("Nobody Atall", null));
        await market.Admin.Until(
            "/v1/admin/sanctions-list",
            answer =>
            {
                using var body = answer.Content.ReadAsStream(Cancel);
                return System.Text.Json.JsonDocument.Parse(body).RootElement.At("troubleCode").GetString() == "compliance-list-stale";
            },
            "the list is too old");

        var payout = await provider.Post("/v1/provider/payouts", new { amount = "3" });
        var shown = await provider.Get($"/v1/provider/payouts/{payout.Text("id")}");
        Assert.Equal("requested", shown.Text("state"));
        Assert.StartsWith("compliance-list-stale", shown.Text("trouble"), StringComparison.Ordinal);
        var (status, problem) = await provider.Refused(
            HttpMethod.Put, "/v1/provider/wallet", new { address = OtherWallet() });
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "compliance-list-stale"), (status, problem.Text("code")));
    }

    [Fact]
    public async Task Without_a_list_a_host_on_a_public_chain_lets_no_money_go()
    {
        await using var market = await ScreenedMarket.Open(
            null, null, "--Solana:RpcUrl=https://192.0.2.1/", "--Solana:TreasuryKeyFile=" + await KeyFile());
        var (provider, _) = await Provider(market);

        var (status, problem) = await provider.Refused(HttpMethod.Put, "/v1/provider/wallet", new { address = Wallet });

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "compliance-list-missing"), (status, problem.Text("code")));
        Assert.Equal("compliance-list-missing", (await market.Admin.Get("/v1/admin/sanctions-list")).Text("troubleCode"));
    }

    [Fact]
    public async Task A_large_payout_names_the_fields_that_it_needs()
    {
        await using var market = await ScreenedMarket.Open(
            null, list => list.Publish(Today, ("Nobody Atall", null)), "--Compliance:TravelRuleUsd=2");
        var (provider, id) = await Provider(market);
        await provider.Put("/v1/provider/wallet", new { address = Wallet });
        await market.Earn(id, 3_000_000);

        var (status, problem) = await provider.Refused(HttpMethod.Post, "/v1/provider/payouts", new { amount = "3" });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "travel-rule-fields-missing"), (status, problem.Text("code")));
        Assert.Contains(problem.At("fields").EnumerateArray(), field => field.GetString() == "dateOfBirth");
        var (wrong, faults) = await provider.Refused(
            HttpMethod.Put, "/v1/provider/identity", new { legalName = "1", kind = "robot", country = "Norway", dateOfBirth = "1700-01-01" });
        Assert.Equal(HttpStatusCode.BadRequest, wrong);
        Assert.Equal("country dateOfBirth kind legalName legalName", string.Join(' ', faults.Fields().Order(StringComparer.Ordinal)));
        var told = await provider.Put(
            "/v1/provider/identity",
            new { legalName = "Ada Example", kind = "person", street = "Quay 5", town = "Bergen", country = "NO", dateOfBirth = "1970-01-31", selfHosted = true });

        Assert.Equal(0, told.At("missing").GetArrayLength());
        Assert.Equal("requested", (await provider.Post("/v1/provider/payouts", new { amount = "3" })).Text("state"));
        Assert.Equal("1970-01-31", (await provider.Get("/v1/provider/identity")).Text("dateOfBirth"));
    }

    private static async Task<(MarketClient Client, string Id)> Provider(ScreenedMarket market)
    {
        var provider = await market.NewAccount("provider");
        var opened = await provider.Post("/v1/provider", new { name = Name });
        return (provider, opened.Text("id"));
    }

    private static string OtherWallet()
    {
        using var key = Solana.Keys.Keypair.FromSeed(Enumerable.Repeat((byte)23, Solana.Keys.Keypair.SeedLength).ToArray());
        return key.PublicKey.ToString();
    }

    private static async Task<string> KeyFile()
    {
        var seed = Enumerable.Repeat((byte)22, Solana.Keys.Keypair.SeedLength).ToArray();
        using var key = Solana.Keys.Keypair.FromSeed(seed);
        var file = Path.Combine(Path.GetTempPath(), $"marketplace-key-{Guid.NewGuid():n}.json");
        await File.WriteAllTextAsync(file, $"[{string.Join(',', seed.Concat(key.PublicKey.Bytes.ToArray()))}]", Cancel);
        return file;
    }
}
