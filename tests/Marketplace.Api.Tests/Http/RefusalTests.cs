using System.Net;
using Marketplace.Domain.Accounts;

namespace Marketplace.Api.Tests.Http;

public sealed class RefusalTests(TestMarket market)
{
    [Fact]
    public async Task Malformed_JSON_is_answered_with_the_place_of_the_fault()
    {
        var renter = await market.NewAccount("renter");

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", "{\"model\": \"a\",");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid-request", problem.Text("code"));
        Assert.Contains("at line 1, byte ", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("urn:marketplace:problem:invalid-request", problem.Text("type"));
    }

    [Fact]
    public async Task An_unknown_field_is_named()
    {
        var renter = await market.NewAccount("renter");
        var body = new { model = "m", prompt = "", maxTokens = 1, admin = true };

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["admin"], problem.Fields());
    }

    [Fact]
    public async Task A_missing_field_is_named()
    {
        var renter = await market.NewAccount("renter");

        var (_, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", new { prompt = "", maxTokens = 1 });

        Assert.Equal(["model"], problem.Fields());
    }

    [Fact]
    public async Task A_field_given_twice_is_refused()
    {
        var renter = await market.NewAccount("renter");

        var (status, _) = await renter.Refused(HttpMethod.Post, "/v1/deposits", "{\"amount\":\"1\",\"amount\":\"2\"}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Theory]
    [InlineData("{\"model\":3,\"prompt\":\"\",\"maxTokens\":1}", "model")]
    [InlineData("{\"model\":\"m\",\"prompt\":\"\",\"maxTokens\":\"1\"}", "maxTokens")]
    [InlineData("{\"model\":\"m\",\"prompt\":null,\"maxTokens\":1}", "prompt")]
    [InlineData("{\"model\":\"m\",\"prompt\":\"\",\"maxTokens\":1,\"maxPrice\":{\"outputTokens\":0.5}}", "maxPrice.outputTokens")]
    public async Task A_field_of_the_wrong_type_is_named(string body, string field)
    {
        var renter = await market.NewAccount("renter");

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], problem.Fields());
        Assert.DoesNotContain("Marketplace.", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_field_out_of_range_is_named_at_once()
    {
        var renter = await market.NewAccount("renter");
        var body = new { model = "?", prompt = "", maxTokens = 0, temperature = 3, deadlineSeconds = 1, region = "EU" };

        var (_, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", body);

        Assert.Equal(["model", "temperature", "maxTokens", "deadlineSeconds", "region"], problem.Fields());
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_is_refused_as_such()
    {
        var renter = await market.NewAccount("renter");
        using var body = new StringContent("a=b", System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", body);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Equal("unsupported-media-type", problem.Text("code"));
    }

    [Fact]
    public async Task A_JSON_body_over_the_limit_is_refused()
    {
        var renter = await market.NewAccount("renter");
        var body = new { model = "m", prompt = new string('a', 2_000_000), maxTokens = 1 };

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", body);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("too-large", problem.Text("code"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    public async Task A_body_that_is_missing_is_named(string body)
    {
        var renter = await market.NewAccount("renter");

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["body"], problem.Fields());
    }

    [Fact]
    public async Task A_request_without_a_key_is_refused_and_told_how_to_send_one()
    {
        var (status, problem) = await market.Client(null).Refused(HttpMethod.Get, "/v1/balance");

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("Authorization: Bearer", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_never_issued_is_refused()
    {
        var unknown = ApiKeySecret.Create(live: true, new byte[ApiKeySecret.RandomBytes]);

        var (status, problem) = await market.Client(unknown.Text).Refused(HttpMethod.Get, "/v1/balance");

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.DoesNotContain(unknown.Text, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/provider")]
    [InlineData("/v1/provider/earnings")]
    [InlineData("/v1/admin/trial-balance")]
    [InlineData("/v1/admin/audit-log")]
    public async Task A_key_without_the_scope_is_refused(string path)
    {
        var renter = await market.NewAccount("renter");

        var (status, problem) = await renter.Refused(HttpMethod.Get, path);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("scope-missing", problem.Text("code"));
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("PATCH", "/v1/jobs", 405)]
    public async Task An_address_or_method_that_is_not_there_gets_a_problem_too(string method, string path, int expected)
    {
        var renter = await market.NewAccount("renter");

        var (status, _) = await renter.Refused(new HttpMethod(method), path);

        Assert.Equal(expected, (int)status);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=1e400", "limit")]
    [InlineData("after=zzz", "after")]
    [InlineData("after=YzE6LTE", "after")]
    public async Task A_page_that_cannot_be_is_refused(string query, string field)
    {
        var renter = await market.NewAccount("renter");

        var (status, problem) = await renter.Refused(HttpMethod.Get, $"/v1/jobs?{query}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], problem.Fields());
    }
}
