using System.Net;

namespace Marketplace.Api.Tests.Inference;

public sealed class ModelTests(TestMarket market)
{
    [Theory]
    [InlineData("GGUF", "header")]
    [InlineData("this is no model at all, but it is long enough for a header", "GGUF")]
    public async Task A_file_that_is_no_model_is_refused_with_the_offence(string content, string offence)
    {
        var hash = await market.Admin.Upload(System.Text.Encoding.ASCII.GetBytes(content));

        var (status, problem) = await market.Admin.Refused(
            HttpMethod.Post, "/v1/models", new { name = $"bad-{hash[..8]}", sha256 = hash });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("model-corrupt", problem.Text("code"));
        Assert.Contains(offence, problem.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("at byte", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_models_are_listed_unless_a_page_is_asked_for()
    {
        var names = new List<string>();

        for (var at = 0; at < 24; at++)
        {
            names.Add(await Jobs.Model(market));
        }

        var all = await market.Admin.Get("/v1/models");
        var listed = all.At("data").EnumerateArray().Select(one => one.Text("id")).ToArray();
        Assert.Subset(listed.ToHashSet(StringComparer.Ordinal), names.ToHashSet(StringComparer.Ordinal));
        Assert.Equal(listed.Length, listed.Distinct(StringComparer.Ordinal).Count());
        Assert.False(all.At("hasMore").GetBoolean());

        var page = await market.Admin.Get("/v1/models?limit=5");
        Assert.Equal(5, page.At("data").GetArrayLength());
        Assert.True(page.At("hasMore").GetBoolean());
    }

    [Fact]
    public async Task Refusals_there_are_read_by_OpenAIs_clients_too()
    {
        using var answer = await market.Client(null).Http.GetAsync(
            "/v1/models", TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var problem = System.Text.Json.JsonDocument.Parse(text);
        Assert.Equal("unauthorized", problem.RootElement.Text("code"));
        Assert.Equal("invalid_api_key", problem.RootElement.Text("error.code"));
    }

    [Fact]
    public async Task A_name_stays_with_its_bytes()
    {
        var name = await Jobs.Model(market);
        var other = await market.Admin.Upload([.. NamedModelReader.Mark, 1, 2, 3]);

        var (status, problem) = await market.Admin.Refused(HttpMethod.Post, "/v1/models", new { name, sha256 = other });

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("model-name-taken", problem.Text("code"));
    }

    [Fact]
    public async Task A_file_that_was_not_uploaded_is_refused()
    {
        var body = new { name = "absent", sha256 = new string('0', 64) };

        var (status, problem) = await market.Admin.Refused(HttpMethod.Post, "/v1/models", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("asset-unknown", problem.Text("code"));
    }

    [Fact]
    public async Task Renters_register_no_models()
    {
        var renter = await market.NewAccount("renter");

        var (status, _) = await renter.Refused(
            HttpMethod.Post, "/v1/models", new { name = "mine", sha256 = new string('0', 64) });

        Assert.Equal(HttpStatusCode.Forbidden, status);
    }
}
