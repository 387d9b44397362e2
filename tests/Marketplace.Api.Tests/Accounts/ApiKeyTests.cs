using System.Net;

namespace Marketplace.Api.Tests.Accounts;

public sealed class ApiKeyTests(TestMarket market)
{
    [Fact]
    public async Task A_new_key_works_at_once_and_a_revoked_one_no_more()
    {
        var renter = await market.NewAccount("renter");
        var issued = await renter.Post("/v1/api-keys", new { name = "second", scopes = new[] { "renter" } });
        var second = market.Client(issued.Text("secret"));
        Assert.Equal(renter.Account, (await second.Get("/v1/accounts/me")).Text("account.id"));

        await renter.Delete($"/v1/api-keys/{issued.Text("key.id")}");

        var (status, _) = await second.Refused(HttpMethod.Get, "/v1/accounts/me");
        Assert.Equal(HttpStatusCode.Unauthorized, status);
    }

    [Fact]
    public async Task A_key_issues_no_key_that_can_do_more_than_itself()
    {
        var renter = await market.NewAccount("renter");
        var body = new { name = "more", scopes = new[] { "renter", "admin" } };

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/api-keys", body);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("scope-missing", problem.Text("code"));
    }

    [Fact]
    public async Task A_key_revokes_no_key_that_can_do_more_than_itself()
    {
        var both = await market.NewAccount("renter", "provider");
        var issued = await both.Post("/v1/api-keys", new { name = "small", scopes = new[] { "renter" } });
        var small = market.Client(issued.Text("secret"));

        var (status, problem) = await small.Refused(HttpMethod.Delete, $"/v1/api-keys/{both.Key}");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("scope-missing", problem.Text("code"));
        await both.Get("/v1/accounts/me");
        await both.Delete($"/v1/api-keys/{issued.Text("key.id")}");
    }

    [Fact]
    public async Task A_key_that_ends_issues_no_key_that_outlives_it()
    {
        var renter = await market.NewAccount("renter");
        var body = new { name = "short", scopes = new[] { "renter" }, expiresAt = "2090-01-01T00:00:00Z" };
        var issued = await renter.Post("/v1/api-keys", body);
        var shortLived = market.Client(issued.Text("secret"));

        var child = await shortLived.Post("/v1/api-keys", new { name = "child", scopes = new[] { "renter" } });

        Assert.Equal(issued.Text("key.expiresAt"), child.Text("key.expiresAt"));
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_its_hint_for_ever()
    {
        var renter = await market.NewAccount("renter");
        var issued = await renter.Post("/v1/api-keys", new { name = "kept", scopes = new[] { "renter" }, live = false });
        var secret = issued.Text("secret");

        var keys = (await renter.Get("/v1/api-keys")).ToString();

        Assert.StartsWith("mk_test_", secret, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, keys, StringComparison.Ordinal);
        Assert.Contains(secret[^4..], keys, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_revokes_a_key_of_another_account()
    {
        var renter = await market.NewAccount("renter");
        var other = await market.NewAccount("renter");

        var (status, _) = await other.Refused(HttpMethod.Delete, $"/v1/api-keys/{renter.Key}");

        Assert.Equal(HttpStatusCode.NotFound, status);
        await renter.Get("/v1/accounts/me");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[\"root\"]")]
    public async Task Scopes_that_are_none_are_refused(string scopes)
    {
        var renter = await market.NewAccount("renter");

        var (_, problem) = await renter.Refused(
            HttpMethod.Post, "/v1/api-keys", $"{{\"name\":\"a\",\"scopes\":{scopes}}}");

        Assert.Equal(["scopes"], problem.Fields());
    }
}
