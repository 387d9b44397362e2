using System.Net;

namespace Marketplace.Api.Tests.Accounts;

/// <summary>Accounts for tests: no real money comes in or goes out by them.</summary>
public sealed class TestAccountTests(TestMarket market)
{
    [Fact]
    public async Task A_test_account_takes_no_deposit_and_gets_no_payout()
    {
        var account = await market.NewAccount("renter", "provider");
        await account.Post("/v1/provider", new { name = "Test rigs" });

        var deposit = await account.Refused(HttpMethod.Post, "/v1/deposits", new { amount = "5" });
        var payout = await account.Refused(HttpMethod.Post, "/v1/provider/payouts", new { amount = "5" });

        Assert.Equal((HttpStatusCode.Forbidden, "test-account"), (deposit.Status, deposit.Problem.Text("code")));
        Assert.Equal((HttpStatusCode.Forbidden, "test-account"), (payout.Status, payout.Problem.Text("code")));
    }

    [Fact]
    public async Task The_keys_of_an_account_are_of_its_mode()
    {
        var test = await market.NewAccount("renter");
        var scopes = new[] { "renter" };
        var created = await market.Admin.Post("/v1/accounts", new { name = "Live", scopes });
        var live = market.Client(created.Text("apiKey.secret"));

        Assert.StartsWith(
            "mk_test_", (await test.Post("/v1/api-keys", new { name = "a", scopes })).Text("secret"),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "mk_live_", (await live.Post("/v1/api-keys", new { name = "a", scopes })).Text("secret"),
            StringComparison.Ordinal);
        await AssertOtherMode(test, "/v1/api-keys", new { name = "b", scopes, live = true });
        await AssertOtherMode(live, "/v1/api-keys", new { name = "b", scopes, live = false });
        await AssertOtherMode(
            market.Admin,
            $"/v1/admin/accounts/{test.Account}/api-keys",
            new { name = "b", scopes, live = true, reason = "wrong mode" });
        Assert.False((await test.Get("/v1/accounts/me")).At("account").At("live").GetBoolean());
    }

    private static async Task AssertOtherMode(MarketClient client, string path, object body)
    {
        var (status, problem) = await client.Refused(HttpMethod.Post, path, body);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "key-mode"), (status, problem.Text("code")));
    }
}
