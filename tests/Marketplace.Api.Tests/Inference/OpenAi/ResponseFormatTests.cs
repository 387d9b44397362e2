using System.Net;
using System.Net.Http.Json;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>What a text is held to whose schema cannot be, and where that is refused.</summary>
public sealed class ResponseFormatTests(TestMarket market)
{
    private const string Odd = """{"type":"object","properties":{"n":{"type":"integer","minimum":3}}}""";
    private const string Even = """{"type":"object","properties":{"n":{"type":"integer"}}}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("rf-one", Odd, null, Even)]
    [InlineData("rf-two", Odd, "false", Even)]
    [InlineData("rf-three", """{"allOf":[{"type":"object"}]}""", "null", "{}")]
    [InlineData("rf-four", """{"type":"array","items":{"type":"string","pattern":"a"}}""", null, """{"type":"array","items":{"type":"string"}}""")]
    [InlineData("rf-five", """{"type":"string","maxLength":5000}""", null, """{"type":"string"}""")]
    [InlineData("rf-six", Even, null, Even)]
    [InlineData("rf-seven", Even, "true", Even)]
    public async Task A_schema_that_is_not_strict_is_best_effort(
        string region, string schema, string? strict, string held)
    {
        var (_, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        using var body = Body(await Jobs.Model(market), region, schema, strict);

        var asked = renter.Send(HttpMethod.Post, "/v1/chat/completions", body);
        var order = await rig.LeaseSome();
        Assert.Equal(held, order.Text!.Schema);
        await rig.DeliverText(order, held);

        using var answer = await asked;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData(Odd, "true", "/properties/n/minimum")]
    [InlineData("""{"type":"objet"}""", null, "/type")]
    public async Task One_that_is_strict_or_no_schema_at_all_is_refused_with_its_place(
        string schema, string? strict, string place)
    {
        var renter = await market.NewRenter();
        using var body = Body(await Jobs.Model(market), "rf-none", schema, strict);

        using var answer = await renter.Send(HttpMethod.Post, "/v1/chat/completions", body);
        var error = (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Cancel)).GetProperty("error");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("response_format.json_schema.schema", error.Text("param"));
        Assert.Contains(place, error.Text("message"), StringComparison.Ordinal);
    }

    private static StringContent Body(string model, string region, string schema, string? strict)
    {
        var told = strict is null ? string.Empty : $",\"strict\":{strict}";
        return new(
            $$$"""
            {"model":"{{{model}}}","messages":[{"role":"user","content":"Hey"}],"marketplace":{"region":"{{{region}}}"},
            "response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{{{schema}}}{{{told}}} } } }
            """,
            System.Text.Encoding.UTF8,
            "application/json");
    }
}
