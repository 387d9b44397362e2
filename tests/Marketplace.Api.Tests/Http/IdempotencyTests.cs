using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Marketplace.Api.Tests.Http;

/// <summary>Requests that make money or secrets may be repeated: what they make is made once, a secret shown once.</summary>
public sealed class IdempotencyTests(TestMarket market)
{
    [Fact]
    public async Task An_account_is_opened_once_and_its_first_secret_is_shown_once()
    {
        var body = new { name = "Repeated", scopes = new[] { "renter" }, live = false };
        var key = Guid.NewGuid().ToString();

        var first = await Post(market.Admin, "/v1/accounts", body, key);
        var again = await Post(market.Admin, "/v1/accounts", body, key);

        Assert.Equal(first.Body.Text("account.id"), again.Body.Text("account.id"));
        Assert.Equal(first.Body.Text("apiKey.key.id"), again.Body.Text("apiKey.key.id"));
        Assert.NotEmpty(first.Body.Text("apiKey.secret"));
        Assert.Equal(JsonValueKind.Null, again.Body.GetProperty("apiKey").GetProperty("secret").ValueKind);
        Assert.Equal((false, true), (first.Replayed, again.Replayed));
        await market.Client(first.Body.Text("apiKey.secret")).Get("/v1/accounts/me");
        await AssertReused(market.Admin, "/v1/accounts", body with { name = "Other" }, key);
        await AssertReused(market.Admin, "/v1/accounts", body with { scopes = ["provider"] }, key);
    }

    [Fact]
    public async Task A_key_is_issued_once_however_many_ask_at_once()
    {
        var renter = await market.NewAccount("renter");
        var body = new { name = "twice", scopes = new[] { "renter" } };
        var key = Guid.NewGuid().ToString();

        var asked = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Send(renter, "/v1/api-keys", body, key)));
        var all = asked.Where(answer => answer.Status == HttpStatusCode.Created).ToArray();

        Assert.All(asked.Except(all), answer =>
        {
            Assert.Equal(HttpStatusCode.Conflict, answer.Status);
            Assert.Equal("idempotency-key-in-flight", answer.Body.Text("code"));
            Assert.Equal(TimeSpan.FromSeconds(1), answer.RetryAfter);
        });
        Assert.Single(all.Select(answer => answer.Body.Text("key.id")).ToHashSet(StringComparer.Ordinal));
        Assert.Single(all, answer => !answer.Replayed);
        var shown = Assert.Single(all, answer => answer.Body.GetProperty("secret").ValueKind == JsonValueKind.String);
        await market.Client(shown.Body.Text("secret")).Get("/v1/accounts/me");
        await AssertReused(renter, "/v1/api-keys", body with { name = "other" }, key);
    }

    [Fact]
    public async Task An_administrator_issues_a_key_once()
    {
        var renter = await market.NewAccount("renter");
        var path = $"/v1/admin/accounts/{renter.Account}/api-keys";
        var body = new { name = "support", scopes = new[] { "renter" }, reason = "lost key" };
        var key = Guid.NewGuid().ToString();

        var first = await Post(market.Admin, path, body, key);
        var again = await Post(market.Admin, path, body, key);

        Assert.Equal(first.Body.Text("key.id"), again.Body.Text("key.id"));
        Assert.Equal(JsonValueKind.Null, again.Body.GetProperty("secret").ValueKind);
        await AssertReused(market.Admin, path, body with { name = "other" }, key);
    }

    [Fact]
    public async Task An_enrolment_code_is_issued_once()
    {
        var provider = await market.NewAccount("provider");
        await provider.Post("/v1/provider", new { name = "Rigs" });
        var key = Guid.NewGuid().ToString();

        var first = await Post(provider, "/v1/provider/enrolment-codes", new { }, key);
        var again = await Post(provider, "/v1/provider/enrolment-codes", new { }, key);
        var other = await Post(provider, "/v1/provider/enrolment-codes", new { }, null);

        Assert.NotEmpty(first.Body.Text("code"));
        Assert.Equal(JsonValueKind.Null, again.Body.GetProperty("code").ValueKind);
        Assert.Equal(first.Body.Text("expiresAt"), again.Body.Text("expiresAt"));
        Assert.Equal((false, true, false), (first.Replayed, again.Replayed, other.Replayed));
        Assert.NotEqual(first.Body.Text("code"), other.Body.Text("code"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_credit_is_granted_once()
    {
        var renter = await market.NewAccount("renter");
        var path = $"/v1/admin/accounts/{renter.Account}/credit";
        var key = Guid.NewGuid().ToString();

        await Post(market.Admin, path, new { amount = "2", reason = "for a test" }, key);
        await Post(market.Admin, path, new { amount = "2", reason = "for a test" }, key);

        Assert.Contains("2.000000", (await renter.Get("/v1/balance")).ToString(), StringComparison.Ordinal);
        await AssertReused(market.Admin, path, new { amount = "3", reason = "for a test" }, key);
    }

    private static async Task AssertReused(MarketClient client, string path, object body, string key)
    {
        var (status, problem) = await client.Refused(HttpMethod.Post, path, body, key);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("idempotency-key-reused", problem.Text("code"));
    }

    private static async Task<Answer> Post(MarketClient client, string path, object body, string? key)
    {
        var answer = await Send(client, path, body, key);
        Assert.True((int)answer.Status is >= 200 and < 300, answer.Body.GetRawText());
        return answer;
    }

    private static async Task<Answer> Send(MarketClient client, string path, object body, string? key)
    {
        using var answer = await client.Send(HttpMethod.Post, path, JsonContent.Create(body), key);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        return new(
            answer.StatusCode,
            JsonDocument.Parse(text).RootElement,
            answer.Headers.Contains("Idempotent-Replayed"),
            answer.Headers.RetryAfter?.Delta);
    }

    private sealed record Answer(HttpStatusCode Status, JsonElement Body, bool Replayed, TimeSpan? RetryAfter);
}
