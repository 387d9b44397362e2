using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Tests.Http;

/// <summary>JSON's null within a list gets past the list's type; no request of the surface takes one.</summary>
public sealed class NullElementTests(TestMarket market)
{
    [Theory]
    [InlineData("/v1/jobs", """{"model":"m","prompt":"","maxTokens":1,"providers":{"only":[null]}}""", "providers.only[0]")]
    [InlineData("/v1/scenes", """{"root":"a.glb","files":[null]}""", "files[0]")]
    [InlineData("/v1/models", """{"name":"m","files":[{"path":"a","sha256":"b"},null]}""", "files[1]")]
    [InlineData("/v1/webhooks", """{"url":"https://a.example.com","events":[null]}""", "events[0]")]
    [InlineData("/v1/webhooks", """{"url":"https://a.example.com","events":["job.failed",null,"job.failed"]}""", "events[1]")]
    [InlineData("/v1/api-keys", """{"name":"k","scopes":[null]}""", "scopes[0]")]
    [InlineData("/v1/accounts", """{"name":"a","scopes":["renter",null]}""", "scopes[1]")]
    [InlineData("/v1/renders", """{"scene":"s","width":8,"height":8,"samples":1,"outputs":[null]}""", "outputs[0]")]
    [InlineData("/v1/renders", """{"scene":"s","width":8,"height":8,"samples":1,"aovs":[null]}""", "aovs[0]")]
    [InlineData(
        "/v1/renders",
        """{"scene":"s","width":8,"height":8,"samples":1,"view":{"position":[0,null,0],"target":[0,0,0]}}""",
        "view.position[1]")]
    public async Task A_null_in_a_list_is_refused_with_its_place(string path, string body, string field)
    {
        var (status, problem) = await market.Admin.Refused(HttpMethod.Post, path, body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid-request", problem.Text("code"));
        Assert.Equal([field], problem.Fields());
    }

    [Theory]
    [InlineData("chat/completions", """{"model":"m","messages":[null]}""", "messages[0]")]
    [InlineData("chat/completions", """{"model":"m","messages":[{"role":"user","content":"a"},null]}""", "messages[1]")]
    [InlineData("chat/completions", """{"model":"m","messages":[{"role":"user","content":[null]}]}""", "messages[0].content")]
    [InlineData(
        "chat/completions",
        """{"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[null]}]}""",
        "messages[1].tool_calls[0]")]
    [InlineData("chat/completions", """{"model":"m","messages":[{"role":"user","content":"a"}],"tools":[null]}""", "tools[0]")]
    [InlineData("chat/completions", """{"model":"m","messages":[{"role":"user","content":"a"}],"stop":[null]}""", "stop")]
    [InlineData("chat/completions", """{"model":"m","messages":[{"role":"user","content":"a"}],"modalities":[null]}""", "modalities")]
    [InlineData(
        "chat/completions",
        """{"model":"m","messages":[{"role":"user","content":"a"}],"logit_bias":{"5":null}}""",
        "logit_bias.5")]
    [InlineData(
        "chat/completions",
        """{"model":"m","messages":[{"role":"user","content":"a"}],"marketplace":{"providers":{"only":[null]}}}""",
        "marketplace.providers.only[0]")]
    [InlineData("completions", """{"model":"m","prompt":[null]}""", "prompt")]
    [InlineData("embeddings", """{"model":"m","input":[null]}""", "input[0]")]
    [InlineData("embeddings", """{"model":"m","input":["a",null]}""", "input")]
    [InlineData("embeddings", """{"model":"m","input":[[null]]}""", "input[0]")]
    [InlineData(
        "batches",
        """{"input_file_id":"file-1","endpoint":"/v1/embeddings","completion_window":"24h","metadata":{"a":null}}""",
        "metadata")]
    public async Task So_it_is_where_OpenAIs_clients_ask(string path, string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await market.Admin.Send(HttpMethod.Post, $"/v1/{path}", content);
        using var json = JsonDocument.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var error = json.RootElement.GetProperty("error");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("invalid_request_error", error.Text("type"));
        Assert.Equal(field, error.Text("param"));
    }

    [Fact]
    public async Task A_webhook_is_changed_to_no_null_either()
    {
        var (status, problem) = await market.Admin.Refused(
            HttpMethod.Patch, "/v1/webhooks/whk_01j9zq8k3v7r2m5x4c6b8n0t1w", """{"events":[null]}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["events[0]"], problem.Fields());
    }

    /// <summary>Whatever bodies are added later: every list and map that one of them has.</summary>
    [Fact]
    public void No_list_or_map_of_any_body_takes_a_null()
    {
        var json = market.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var bodies = market.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>())
            .Where(accepted => accepted?.ContentTypes.Contains("application/json", StringComparer.Ordinal) == true)
            .Select(accepted => accepted!.RequestType)
            .OfType<Type>();
        var lists = Within(bodies, json);

        Assert.Contains(typeof(IReadOnlyList<string>), lists);
        Assert.Contains(typeof(IReadOnlyDictionary<string, string>), lists);
        Assert.All(lists, list =>
        {
            var isMap = json.GetTypeInfo(list).Kind == JsonTypeInfoKind.Dictionary;
            var text = isMap ? """{"a":null}""" : "[null]";

            Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(text, list, json));
            Assert.NotNull(JsonSerializer.Deserialize(isMap ? "{}" : "[]", list, json));
        });
    }

    private static HashSet<Type> Within(IEnumerable<Type> types, JsonSerializerOptions json)
    {
        var seen = new HashSet<Type>();
        var lists = new HashSet<Type>();
        var open = new Queue<Type>(types);

        while (open.TryDequeue(out var type))
        {
            if (!seen.Add(type) || type.Assembly == typeof(JsonNode).Assembly)
            {
                continue;
            }

            var info = json.GetTypeInfo(type);

            if (info.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary)
            {
                lists.Add(type);
                open.Enqueue(info.ElementType!);
            }

            foreach (var property in info.Properties)
            {
                open.Enqueue(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            }
        }

        return lists;
    }
}
