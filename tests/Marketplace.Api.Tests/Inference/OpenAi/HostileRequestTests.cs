using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Marketplace.Testing;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>
/// Whatever a client sends, the fault is told to be its own, with the field. The renters here have no money, so that no
/// mutation orders anything.
/// </summary>
public sealed class HostileRequestTests(TestMarket market)
{
    private const string Chat = "/v1/chat/completions";
    private const string Completions = "/v1/completions";
    private const string Embeddings = "/v1/embeddings";
    private const string Hey = """[{"role":"user","content":"Hey"}]""";
    private const string Mark = "@@mutated@@";
    private const int Samples = 500;

    /// <summary>Which of them ask, with what; MODEL is one that tells tools and counts tokens.</summary>
    private static readonly (string Path, string Body)[] Asked =
    [
        (
            Chat,
            """
            {"model":"MODEL","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text",
            "text":"Hey"}]}],"max_tokens":4,"max_completion_tokens":5,"temperature":0.5,"top_p":0.9,"top_k":4,"min_p":0.1,
            "presence_penalty":0.5,"frequency_penalty":0.5,"repetition_penalty":1.5,"logit_bias":{"5":1,"6":-1},"seed":7,
            "stop":["a","b"],"stream":false,"n":1,"logprobs":true,"top_logprobs":2,"response_format":{"type":"json_schema",
            "json_schema":{"name":"a","schema":{"type":"object","properties":{"a":{"type":"array","minItems":1,"maxItems":2,
            "items":{"$ref":"#/$defs/b"}}},"required":["a"],"$defs":{"b":{"type":"string",
            "maxLength":4}}}}},"chat_template_kwargs":{"enable_thinking":false},"modalities":["text"],"user":"u",
            "marketplace":{"maxPrice":{"promptTokens":"0.1","outputTokens":"0.2"},"region":"fz-one","deadlineSeconds":60,
            "providers":{"only":[],"ignore":[]},"verification":"sampled"}}
            """),
        (
            Chat,
            """
            {"model":"MODEL","messages":[{"role":"user","content":"Rain?"},{"role":"assistant","content":null,"tool_calls":[
            {"id":"c","type":"function","function":{"name":"f","arguments":"{\"at\":1}"}}]},{"role":"tool",
            "tool_call_id":"c","content":"No."},{"role":"user","content":"Sure?"}],"tools":[{"type":"function","function":
            {"name":"f","description":"d","parameters":{"type":"object","properties":{"at":{"type":"integer"}}},
            "strict":true}}],"tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,
            "stream":false,"marketplace":{"region":"fz-one"}}
            """),
        (
            Completions,
            """
            {"model":"MODEL","prompt":["Once"],"max_tokens":4,"temperature":1,"logprobs":2,"echo":false,"suffix":null,
            "best_of":1,"stop":"a","stream":true,"stream_options":{"include_usage":true},"logit_bias":{"5":1},
            "min_tokens":0,"ignore_eos":false,"marketplace":{"region":"fz-one"}}
            """),
        (
            Embeddings,
            """
            {"model":"MODEL","input":["a","b"],"encoding_format":"base64","dimensions":2,"user":"u",
            "marketplace":{"region":"fz-one"}}
            """),
        (Embeddings, """{"model":"MODEL","input":[[1,2],[3]],"marketplace":{"region":"fz-one"}}"""),
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "0.5", "2147483648", "9223372036854775808", "-9223372036854775809",
        "1e400", "-1e400", "1e-400", "1E+99999", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "\"NaN\"", "\"1\"", "\"fz-one\"",
        "[]", "{}", "[null]", "[[]]", "[{}]", "[\"a\",1]", "[1,1]", "[1e400]", "{\"a\":null}", "{\"\":1}", "{\"a\":1,\"a\":2}",
        "{\"\\ud800\":1}", "{\"01\":1}", "{\"-1\":1}", "{\"99999999999\":1}", "{\"5\":1e400}", "{\"type\":\"function\"}",
        "{\"type\":\"text\"}", "{\"type\":\"text\",\"text\":null}", "{\"type\":\"json_object\"}", "{\"$ref\":\"#\"}",
        "{\"anyOf\":[]}", "{\"enum\":[]}", "{\"minItems\":1e400}", "{\"maxLength\":-1}", "\"auto\"", "\"required\"", "\"{\"",
        $"{new string('[', 20)}{new string(']', 20)}", $"{new string('[', 400)}{new string(']', 400)}",
        $"\"{new string('a', 4_000)}\"",
    ];

    [Theory]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("7", "body")]
    [InlineData("", "body")]
    [InlineData("""{"model":"m","messages":HEY,"temperature":1e400}""", "temperature")]
    [InlineData("""{"model":"m","messages":HEY,"temperature":NaN}""", "temperature")]
    [InlineData("""{"model":"m","messages":HEY,"temperature":"NaN"}""", "temperature")]
    [InlineData("""{"model":"m","messages":HEY,"top_p":-1e400}""", "top_p")]
    [InlineData("""{"model":"m","messages":HEY,"seed":1e400}""", "seed")]
    [InlineData("""{"model":"m","messages":HEY,"seed":9223372036854775808}""", "seed")]
    [InlineData("""{"model":"m","messages":HEY,"max_tokens":-1}""", "max_tokens")]
    [InlineData("""{"model":"m","messages":HEY,"max_tokens":9999999999}""", "max_tokens")]
    [InlineData("""{"model":"m","messages":HEY,"max_tokens":32769}""", "max_tokens")]
    [InlineData("""{"model":"m","messages":HEY,"max_tokens":8193,"logprobs":true}""", "max_tokens")]
    [InlineData("""{"model":"m","messages":HEY,"max_completion_tokens":0}""", "max_completion_tokens")]
    [InlineData("""{"model":"m","messages":HEY,"n":0}""", "n")]
    [InlineData("""{"model":"m","messages":HEY,"n":1e400}""", "n")]
    [InlineData("""{"model":"m","messages":HEY,"n":1,"n":1}""", "n")]
    [InlineData("""{"model":"m","messages":[{"role":"user","role":"system","content":"a"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","messages":HEY,"logit_bias":{"-1":1}}""", "logit_bias.-1")]
    [InlineData("""{"model":"m","messages":HEY,"logit_bias":{"":1}}""", "logit_bias.")]
    [InlineData("""{"model":"m","messages":HEY,"logit_bias":{"99999999999":1}}""", "logit_bias.99999999999")]
    [InlineData("""{"model":"m","messages":HEY,"logit_bias":{"5":1e400}}""", "logit_bias.5")]
    [InlineData("""{"model":"m","messages":HEY,"logit_bias":{"\ud800":1}}""", "logit_bias")]
    [InlineData("""{"model":"m","messages":HEY,"logit_bias":[]}""", "logit_bias")]
    [InlineData("""{"model":"m","messages":HEY,"\ud800":1}""", "body")]
    [InlineData("""{"model":"\ud800","messages":HEY}""", "model")]
    [InlineData("""{"model":"m","messages":HEY,"tools":[{"type":"function","function":null}]}""", "tools[0].function")]
    [InlineData("""{"model":"m","messages":HEY,"response_format":{"type":"json_schema","json_schema":{"schema":DEEP}}}""", "response_format")]
    [InlineData("""{"model":"m","messages":HEY,"user":DEEP}""", "user")]
    public async Task A_hostile_value_is_named(string body, string field)
    {
        var deep = $"{new string('[', 64)}{new string(']', 64)}";
        var renter = await market.NewAccount("renter");
        var (status, error) = await Answer(
            renter,
            Chat,
            body.Replace("HEY", Hey, StringComparison.Ordinal).Replace("DEEP", deep, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_request_error", error!.Value.Text("type"));
        Assert.Equal(field, error.Value.Text("param"));
    }

    [Fact]
    public async Task More_tokens_than_the_context_has_are_refused_by_the_field_that_asked()
    {
        var renter = await market.NewAccount("renter");
        var model = await TinyModel.Register(market);

        foreach (var (path, ask, field) in ((string, string, string)[])
            [
                (Completions, """{"model":"MODEL","prompt":"Once","max_tokens":MANY}""", "max_tokens"),
                (Chat, """{"model":"MODEL","messages":HEY,"max_completion_tokens":MANY}""", "max_completion_tokens"),
            ])
        {
            var body = ask.Replace("MODEL", model.Name, StringComparison.Ordinal)
                .Replace("HEY", Hey, StringComparison.Ordinal);
            var (status, error) = await Answer(renter, path, body.Replace("MANY", $"{model.Context}", StringComparison.Ordinal));

            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Equal(("context_length_exceeded", field), (error!.Value.Text("code"), error.Value.Text("param")));
            Assert.Contains($"{model.Context}", error.Value.Text("message"), StringComparison.Ordinal);
            (status, _) = await Answer(renter, path, body.Replace("MANY", "1", StringComparison.Ordinal));
            Assert.NotEqual(HttpStatusCode.BadRequest, status);
        }
    }

    [Theory]
    [InlineData(Completions, "prompt")]
    [InlineData(Chat, "messages")]
    public async Task A_prompt_of_half_a_mebibyte_is_counted_and_a_longer_one_is_refused(string path, string field)
    {
        var renter = await market.NewAccount("renter");
        var model = await TinyModel.Register(market);
        async Task<JsonElement> Error(int length)
        {
            var text = new string('a', length);
            var (status, error) = await Answer(renter, path, path == Chat
                ? $$"""{"model":"{{model.Name}}","messages":[{"role":"user","content":"{{text}}"}] }"""
                : $$"""{"model":"{{model.Name}}","prompt":"{{text}}"}""");

            Assert.Equal(HttpStatusCode.BadRequest, status);
            return error!.Value;
        }

        var counted = await Error(500 * 1024);
        Assert.Equal(("context_length_exceeded", field), (counted.Text("code"), counted.Text("param")));
        var longer = await Error((512 * 1024) + 1);
        Assert.Equal(("invalid_request", field), (longer.Text("code"), longer.Text("param")));
    }

    [Fact]
    public async Task A_fault_tells_little_of_what_was_sent()
    {
        var renter = await market.NewAccount("renter");
        var (_, error) = await Answer(
            renter, Chat, $$"""{"model":"m","messages":{{Hey}},"logit_bias":{"{{new string('a', 100_000)}}":1} }""");

        Assert.StartsWith("logit_bias.a", error!.Value.Text("param"), StringComparison.Ordinal);
        Assert.True(error.Value.GetRawText().Length < 2_000);
    }

    /// <summary>One or two values of a request that is right are replaced by any others.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Any_mutation_of_a_request_is_answered_and_its_fault_named(int asked)
    {
        var renter = await market.NewAccount("renter");
        var source = await File.ReadAllTextAsync(
            Path.Combine(SharedData.RepositoryRoot, "tests", "chat-templates", "templates", "qwen3.jinja"),
            TestContext.Current.CancellationToken);
        var model = await TinyModel.Register(market, source, "<|im_start|>", "<|im_end|>");
        var (path, body) = (Asked[asked].Path, Asked[asked].Body.Replace("MODEL", model.Name, StringComparison.Ordinal));
        var (plain, refusal) = await Answer(renter, path, body);

        // Else the mutations would all end at the fault that is there already.
        Assert.True(
            plain is HttpStatusCode.PaymentRequired or HttpStatusCode.UnprocessableEntity, $"{(int)plain} {refusal}");

        var mutations =
            from places in Gen.Double[0, 1].Array[1, 2]
            from values in Gen.Int[0, Values.Length - 1].Select(at => Values[at]).Array[places.Length]
            select Mutated(body, places, values);

        await mutations.SampleAsync(
            async mutated =>
            {
                var (status, error) = await Answer(renter, path, mutated);

                Assert.True(
                    status is < HttpStatusCode.InternalServerError or HttpStatusCode.ServiceUnavailable,
                    $"{(int)status} {error}");
                Assert.True(
                    status != HttpStatusCode.BadRequest
                        || error?.GetProperty("param").GetString() is { Length: > 0 }
                        || error?.Text("code").StartsWith("chat_", StringComparison.Ordinal) == true,
                    $"{error}");
            },
            iter: Samples,
            threads: 2);
    }

    /// <summary>The text with values in these places, counted from its begin to its end, replaced.</summary>
    private static string Mutated(string text, double[] places, string[] values)
    {
        var root = JsonNode.Parse(text)!;

        for (var at = 0; at < places.Length; at++)
        {
            var nodes = Nodes(root).ToList();
            var node = nodes[(int)(places[at] * (nodes.Count - 1))];

            if (node == root)
            {
                return values[at];
            }

            node.ReplaceWith($"{Mark}{at}");
        }

        return values.Index().Aggregate(
            root.ToJsonString(),
            (json, value) => json.Replace($"\"{Mark}{value.Index}\"", value.Item, StringComparison.Ordinal));
    }

    private static IEnumerable<JsonNode> Nodes(JsonNode node)
    {
        var children = node switch
        {
            JsonObject members => members.Select(member => member.Value),
            JsonArray items => items,
            _ => [],
        };

        return children.OfType<JsonNode>().SelectMany(Nodes).Prepend(node);
    }

    private static async Task<(HttpStatusCode Status, JsonElement? Error)> Answer(
        MarketClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.Send(HttpMethod.Post, path, content);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(text);

        return (
            answer.StatusCode,
            json.RootElement.TryGetProperty("error", out var error) ? error.Clone() : null);
    }
}
