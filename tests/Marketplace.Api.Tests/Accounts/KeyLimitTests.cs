using System.Net;

namespace Marketplace.Api.Tests.Accounts;

public sealed class KeyLimitTests(TestMarket market)
{
    private const int LiveKeysMax = 100;

    [Fact]
    public async Task An_account_that_is_full_of_live_keys_is_told_the_limit_until_it_revokes_one()
    {
        var renter = await market.NewAccount("renter");
        var body = new { name = "one of many", scopes = new[] { "renter" } };
        var last = string.Empty;

        for (var key = 1; key < LiveKeysMax; key++)
        {
            last = (await renter.Post("/v1/api-keys", body)).Text("key.id");
        }

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/api-keys", body);

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("key-limit", problem.Text("code"));
        Assert.Equal(LiveKeysMax, problem.GetProperty("liveKeysMax").GetInt32());

        await renter.Delete($"/v1/api-keys/{last}");
        await renter.Post("/v1/api-keys", body);
    }
}
