using System.Net;
using System.Text;
using System.Text.Json;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>What is refused, in OpenAI's words, with the field at fault.</summary>
public sealed class OpenAiRefusalTests(TestMarket market)
{
    private const string Chat = "/v1/chat/completions";
    private const string Hey = """[{"role":"user","content":"Hey"}]""";

    [Theory]
    [InlineData("""{"model":"m"}""", "messages")]
    [InlineData("""{"model":"m","messages":"Hey"}""", "messages")]
    [InlineData("""{"model":"m","messages":[]}""", "messages")]
    [InlineData("""{"model":"m","messages":[{"role":"robot","content":"Hey"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":7}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"image_url"}]}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","messages":HEY,"temperature":3}""", "temperature")]
    [InlineData("""{"model":"m","messages":HEY,"max_tokens":0}""", "max_tokens")]
    [InlineData("""{"model":"m","messages":HEY,"n":17}""", "n")]
    [InlineData("""{"model":"m","messages":HEY,"n":0}""", "n")]
    [InlineData("""{"model":"m","messages":HEY,"top_p":1.5}""", "top_p")]
    [InlineData("""{"model":"m","messages":HEY,"top_k":-1}""", "top_k")]
    [InlineData("""{"model":"m","messages":HEY,"min_p":-0.1}""", "min_p")]
    [InlineData("""{"model":"m","messages":HEY,"repetition_penalty":0}""", "repetition_penalty")]
    [InlineData("""{"model":"m","messages":HEY,"presence_penalty":2.1}""", "presence_penalty")]
    [InlineData("""{"model":"m","messages":HEY,"frequency_penalty":-3}""", "frequency_penalty")]
    [InlineData("""{"model":"m","messages":HEY,"logit_bias":{"5":101}}""", "logit_bias.5")]
    [InlineData("""{"model":"m","messages":HEY,"logit_bias":{"Hey":1}}""", "logit_bias.Hey")]
    [InlineData("""{"model":"m","messages":HEY,"logit_bias":{"05":1}}""", "logit_bias.05")]
    [InlineData("""{"model":"m","messages":HEY,"logprobs":true,"top_logprobs":21}""", "top_logprobs")]
    [InlineData("""{"model":"m","messages":HEY,"top_logprobs":2}""", "top_logprobs")]
    [InlineData("""{"model":"m","messages":HEY,"logprobs":3}""", "logprobs")]
    [InlineData("""{"model":"m","messages":HEY,"tools":[{"type":"code","function":{"name":"f"}}]}""", "tools[0].type")]
    [InlineData("""{"model":"m","messages":HEY,"tools":[{"type":"function","function":{"name":"a b"}}]}""", "tools[0].function.name")]
    [InlineData("""{"model":"m","messages":HEY,"tools":[{"type":"function","function":{"name":"f","parameters":7}}]}""", "tools[0].function.parameters")]
    [InlineData("""{"model":"m","messages":HEY,"tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"f"}}]}""", "tools")]
    [InlineData("""{"model":"m","messages":HEY,"tool_choice":"required"}""", "tool_choice")]
    [InlineData("""{"model":"m","messages":HEY,"tool_choice":"perhaps"}""", "tool_choice")]
    [InlineData("""{"model":"m","messages":HEY,"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"g"}}}""", "tool_choice")]
    [InlineData("""{"model":"m","messages":[{"role":"tool","content":"x"}]}""", "messages[0].tool_call_id")]
    [InlineData("""{"model":"m","messages":[{"role":"assistant"}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","messages":HEY,"response_format":{"type":"xml"}}""", "response_format")]
    [InlineData("""{"model":"m","messages":HEY,"response_format":"json_object"}""", "response_format")]
    [InlineData("""{"model":"m","messages":HEY,"response_format":{"type":"json_schema"}}""", "response_format.json_schema.schema")]
    [InlineData("""{"model":"m","messages":HEY,"stop":[1]}""", "stop")]
    [InlineData("""{"model":"m","messages":HEY,"stop":["a","b","c","d","e"]}""", "stop")]
    [InlineData("""{"model":"m","messages":HEY,"stop":""}""", "stop")]
    [InlineData("""{"model":"m","messages":HEY,"stream_options":{"include_usage":true}}""", "stream_options")]
    [InlineData("""{"model":"m","messages":HEY,"marketplace":{"region":"!"}}""", "marketplace.region")]
    [InlineData("""{"model":"m","messages":HEY,"marketplace":{"providers":{"only":["x"]}}}""", "marketplace.providers.only[0]")]
    [InlineData("""{"model":"m","messages":HEY,"marketplace":{"providers":{"ignore":[null]}}}""", "marketplace.providers.ignore[0]")]
    [InlineData("""{"model":"m","messages":HEY,"marketplace":{"verification":"never"}}""", "marketplace.verification")]
    [InlineData("""{"model":"m","messages":HEY,"functions":[{"name":"f"}]}""", "functions")]
    [InlineData("""{"model":"m","messages":HEY,"function_call":"auto"}""", "function_call")]
    [InlineData("""{"model":"m","messages":HEY,"modalities":["text","audio"]}""", "modalities")]
    [InlineData("""{"model":"m","messages":HEY,"audio":{"voice":"alloy"}}""", "audio")]
    [InlineData("""{"model":"m","messages":HEY,"prediction":{"type":"content","content":"a"}}""", "prediction")]
    [InlineData("""{"model":"m","messages":HEY,"web_search_options":{}}""", "web_search_options")]
    [InlineData("""{"model":"m","messages":HEY,"ignore_eos":true}""", "ignore_eos")]
    [InlineData("""{"model":"m","messages":HEY,"min_tokens":1}""", "min_tokens")]
    [InlineData("""{"model":"m","messages":HEY,"grammar":"root ::= \"a\""}""", "grammar")]
    [InlineData("""{"model":"m","messages":HEY,"chat_template_kwargs":[1]}""", "chat_template_kwargs")]
    [InlineData("""{"model":"m","messages":HEY,"chat_template_kwargs":{"a b":1}}""", "chat_template_kwargs")]
    [InlineData("""{"model":"m","messages":HEY,"chat_template_kwargs":{"messages":1}}""", "chat_template_kwargs.messages")]
    [InlineData("""{"model":"m","messages":HEY,"chat_template_kwargs":{"a":[1]}}""", "chat_template_kwargs.a")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"\ud800"}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"\ud800"}]}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","messages":HEY,"stop":"\ud800"}""", "stop")]
    [InlineData("""{"model":"m","messages":HEY,"tool_choice":"\ud800"}""", "tool_choice")]
    [InlineData("""{"model":"m","messages":HEY,"response_format":{"type":"\ud800"}}""", "response_format")]
    [InlineData("""{"model":"m","messages":HEY,"chat_template_kwargs":{"a":"\ud800"}}""", "chat_template_kwargs")]
    [InlineData("""{"model":"m","messages":HEY,"chat_template_kwargs":{"\ud800":1}}""", "chat_template_kwargs")]
    [InlineData("""{"model":"m","messages":HEY,"tools":[{"type":"function","function":{"name":"f","parameters":{"a":["\ud800"]}}}]}""", "tools[0].function.parameters")]
    [InlineData("""{"model":"m","messages":HEY,"tools":[{"type":"function","function":{"name":"f","parameters":{"\ud800":1}}}]}""", "tools[0].function.parameters")]
    public async Task A_value_that_cannot_be_honoured_is_named(string body, string field)
    {
        var (status, error) = await Refused(Chat, body.Replace("HEY", Hey, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Equal(field, error.GetProperty("param").GetString());
        Assert.Contains(field, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Reading a schema is work, which nobody has done for a model that is not there.</summary>
    [Theory]
    [InlineData(
        """{"model":"M","messages":HEY,"response_format":{"type":"json_schema","json_schema":{"name":"a","strict":true,"schema":{"type":"string","pattern":"a"}}}}""",
        "response_format.json_schema.schema")]
    [InlineData(
        """{"model":"M","messages":HEY,"tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"string","pattern":"a"}}}],"tool_choice":"required"}""",
        "tools")]
    public async Task A_schema_is_read_once_the_model_is_known(string body, string field)
    {
        var model = await Jobs.Model(market);
        var asked = body.Replace("HEY", Hey, StringComparison.Ordinal);

        var (status, error) = await Refused(Chat, asked);
        Assert.Equal(
            (HttpStatusCode.NotFound, "model_not_found"), (status, error.GetProperty("code").GetString()));

        (status, error) = await Refused(Chat, asked.Replace("\"M\"", $"\"{model}\"", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(field, error.GetProperty("param").GetString());
        Assert.Contains("pattern", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"m","prompt":7}""", "prompt")]
    [InlineData("""{"model":"m","prompt":[]}""", "prompt")]
    [InlineData("""{"model":"m","prompt":["a",[1]]}""", "prompt")]
    [InlineData("""{"model":"m","prompt":[["a"]]}""", "prompt[0]")]
    [InlineData("""{"model":"m","prompt":[1,-2]}""", "prompt[1]")]
    [InlineData("""{"model":"m","prompt":[1,2.5]}""", "prompt[1]")]
    [InlineData("""{"model":"m","prompt":[[1],[2,"a"]]}""", "prompt[1][1]")]
    [InlineData("""{"model":"m","prompt":[[1],[]]}""", "prompt[1]")]
    [InlineData("""{"model":"m","prompt":["a","b","c"],"n":6}""", "prompt")]
    [InlineData("""{"model":"m","prompt":"a","n":17}""", "n")]
    [InlineData("""{"model":"m","prompt":"a","echo":true,"logprobs":6}""", "logprobs")]
    [InlineData("""{"model":"m","prompt":"a","echo":true,"logprobs":1,"stream":true}""", "stream")]
    [InlineData("""{"model":"m","prompt":"a","echo":true,"max_tokens":0}""", "max_tokens")]
    [InlineData("""{"model":"m","prompt":"a","logprobs":1,"max_tokens":0}""", "max_tokens")]
    [InlineData("""{"model":"m","prompt":"a","echo":true,"logprobs":1,"max_tokens":-1}""", "max_tokens")]
    [InlineData("""{"model":"m","prompt":"a","echo":true,"suffix":"b"}""", "echo")]
    [InlineData("""{"model":"m","prompt":[1],"suffix":"b"}""", "suffix")]
    [InlineData("""{"model":"m","prompt":"a","n":2,"best_of":1}""", "best_of")]
    [InlineData("""{"model":"m","prompt":"a","best_of":17}""", "best_of")]
    [InlineData("""{"model":"m","prompt":"a","best_of":2,"stream":true}""", "best_of")]
    [InlineData("""{"model":"m","prompt":"a","logprobs":21}""", "logprobs")]
    [InlineData("""{"model":"m","prompt":"a","ignore_eos":true}""", "ignore_eos")]
    public async Task So_is_one_of_the_older_way_to_ask(string body, string field)
    {
        var (status, error) = await Refused("/v1/completions", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(field, error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task Fields_that_mean_nothing_here_are_passed_over()
    {
        var body = """{"model":"no-such-model","messages":HEY,"user":"u","top_p":1,"n":1,"stop":null,"store":false}""";
        var (status, error) = await Refused(Chat, body.Replace("HEY", Hey, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("model_not_found", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_order_without_money_is_refused_as_a_quota()
    {
        var (_, rig) = await TestRig.Start(market, "oa-seven");
        await using var _ = rig;
        var order = new { model = await Jobs.Model(market), prompt = "Once", marketplace = new { region = "oa-seven" } };

        var (status, error) = await Refused("/v1/completions", JsonSerializer.Serialize(order));

        Assert.Equal(HttpStatusCode.PaymentRequired, status);
        Assert.Equal("insufficient_quota", error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_text_is_gone_on_with()
    {
        var (_, rig) = await TestRig.Start(market, "oa-eight");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var order = new
        {
            model = await Jobs.Model(market),
            prompt = "Once",
            max_tokens = 3,
            seed = -1,
            marketplace = new { region = "oa-eight" },
        };

        var asked = renter.Post("/v1/completions", order);
        var work = await rig.LeaseSome();
        Assert.Equal(("Once", ulong.MaxValue), (work.Text!.Prompt, work.Text.Seed));
        await rig.DeliverText(work, " upon", " a", " time");
        var answer = await asked;

        Assert.Equal("text_completion", answer.Text("object"));
        var choice = answer.At("choices").EnumerateArray().Single();
        Assert.Equal((" upon a time", "length"), (choice.Text("text"), choice.Text("finish_reason")));
        Assert.Equal(6, answer.At("usage.total_tokens").GetInt32());
    }

    private async Task<(HttpStatusCode Status, JsonElement Error)> Refused(string path, string body)
    {
        var renter = await market.NewAccount("renter");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await renter.Send(HttpMethod.Post, path, content);
        using var json = JsonDocument.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        return (answer.StatusCode, json.RootElement.GetProperty("error").Clone());
    }
}
