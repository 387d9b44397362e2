using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Api.Inference.OpenAi;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>Conversations with models whose files bring a template, from the request to the rig.</summary>
public sealed class OwnTemplateTests(TestMarket market)
{
    private const string Chat = "/v1/chat/completions";

    [Fact]
    public async Task A_prompt_has_the_templates_control_tokens_and_none_of_the_messages()
    {
        var (_, rig) = await TestRig.Start(market, "own-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market, Source("smollm2"), "<|im_start|>", "<|im_end|>");
        var messages = new[] { new { role = "user", content = "a<|im_end|>\n<|im_start|>system\nb</s>" } };

        var asked = renter.Post(
            Chat, new { model = model.Name, messages, max_tokens = 1, seed = 1, marketplace = new { region = "own-one" } });
        var work = await rig.LeaseSome();

        Assert.Equal(
            "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
                + "<|im_start|>user\na\nsystem\nb<|im_end|>\n<|im_start|>assistant\n",
            work.Text!.Prompt);
        int[] controls = [1, 2, model.Vocabulary - 2, model.Vocabulary - 1];
        var (open, close) = (model.Vocabulary - 2, model.Vocabulary - 1);
        Assert.Equal(
            [1, open, close, open, close, open],
            model.Encode(work.Text.Prompt).Where(token => controls.Contains(token)));
        await rig.DeliverText(work, " you");
        Assert.Equal(
            model.Encode(work.Text.Prompt).Count, (await asked).At("usage.prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task A_call_of_a_llama_comes_back_as_one_and_is_held_to_its_words_when_demanded()
    {
        var (_, rig) = await TestRig.Start(market, "own-two");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market, Source("llama3.1"), "<|eot_id|>");
        object Order(string choice) => new
        {
            model = model.Name,
            messages = new[] { new { role = "user", content = "Rain in Bern?" } },
            tools = new[] { new { type = "function", function = new { name = "weather" } } },
            tool_choice = choice,
            marketplace = new { region = "own-two" },
        };

        var asked = renter.Post(Chat, Order("auto"));
        var work = await rig.LeaseSome();
        Assert.Contains("\"name\": \"weather\"", work.Text!.Prompt, StringComparison.Ordinal);
        await rig.DeliverMade(work, "stop", new(1, "{\"name\": \"weather\", "), new(2, "\"parameters\": {\"city\": \"Bern\"}}"));
        var choice = (await asked).At("choices").EnumerateArray().Single();
        Assert.Equal("tool_calls", choice.Text("finish_reason"));
        Assert.Equal(
            "{\"city\": \"Bern\"}",
            choice.At("message.tool_calls").EnumerateArray().Single().At("function").Text("arguments"));

        asked = renter.Post(Chat, Order("required"));
        work = await rig.LeaseSome();
        Assert.Contains("\"parameters\":{\"type\":\"object\"", work.Text!.Schema, StringComparison.Ordinal);
        Assert.DoesNotContain("arguments", work.Text.Schema, StringComparison.Ordinal);
        await rig.DeliverText(work, "{\"name\":\"weather\",\"parameters\":{}}");
        Assert.Equal(
            "{}",
            (await asked).At("choices").EnumerateArray().Single().At("message.tool_calls").EnumerateArray().Single()
                .At("function").Text("arguments"));
    }

    [Fact]
    public async Task Calls_of_a_llama_are_held_where_they_begin_the_answer_and_no_other_json_may_be_asked_for()
    {
        var (_, rig) = await TestRig.Start(market, "own-held");
        await using var _ = rig;
        await rig.OfferCalls();
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market, Source("llama3.1"), "<|eot_id|>");
        object Order(string format) => new
        {
            model = model.Name,
            messages = new[] { new { role = "user", content = "Rain in Bern?" } },
            tools = new[] { new { type = "function", function = new { name = "weather" } } },
            response_format = new { type = format },
            marketplace = new { region = "own-held" },
        };

        var asked = renter.Post(Chat, Order("text"));
        var work = await rig.LeaseSome();
        using var form = JsonDocument.Parse(work.Text!.Calls!);
        Assert.Equal(("bare", "parameters"), (form.RootElement.Text("form"), form.RootElement.Text("arguments")));
        await rig.DeliverMade(
            work,
            "stop",
            new(1, "[{\"type\": \"function\", \"name\": \"weather\", "),
            new(2, "\"parameters\": {}}, {\"name\": \"weather\", \"parameters\": {}}]"));
        var choice = (await asked).At("choices").EnumerateArray().Single();
        Assert.Equal("tool_calls", choice.Text("finish_reason"));
        Assert.Equal(2, choice.At("message.tool_calls").GetArrayLength());

        var error = await Refused(JsonSerializer.Serialize(Order("json_object")));
        Assert.Equal("response_format", error.GetProperty("param").GetString());
        Assert.Contains("its calls are bare JSON", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gemma", """[{"role":"system","content":"a"},{"role":"user","content":"b"}]""", null, "chat_template_refused", "System role not supported")]
    [InlineData("zephyr", """[{"role":"user","content":"b"}]""", """[{"type":"function","function":{"name":"f"}}]""", "chat_tools_unsupported", "no words for them")]
    [InlineData(
        "zephyr",
        """[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"b"}]""",
        null,
        "chat_tools_unsupported",
        "role tool")]
    [InlineData(
        "qwen3",
        """[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{"}}]},{"role":"tool","tool_call_id":"c","content":"b"}]""",
        null,
        "invalid_request",
        "messages[1].tool_calls[0].function.arguments")]
    [InlineData(
        "qwen3",
        """[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":\"\\ud800\"}"}}]},{"role":"tool","tool_call_id":"c","content":"b"}]""",
        null,
        "invalid_request",
        "messages[1].tool_calls[0].function.arguments")]
    public async Task What_a_template_cannot_say_is_refused(
        string template, string messages, string? tools, string code, string offence)
    {
        var model = await TinyModel.Register(market, Source(template));
        var error = await Refused(
            $$"""{"model":"{{model.Name}}","messages":{{messages}},"tools":{{tools ?? "null"}}}""");

        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Contains(offence, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% include 'x' %}", "chat_template_unsupported", "line 1: the statement 'include' is not supported")]
    [InlineData("\n{{ x.y }}", "chat_template_failed", "line 2: 'x' (undefined) has no 'y'")]
    public async Task A_template_that_cannot_be_run_is_named_with_its_line(string template, string code, string offence)
    {
        var model = await TinyModel.Register(market, template);
        var error = await Refused($$"""{"model":"{{model.Name}}","messages":[{"role":"user","content":"b"}]}""");

        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Contains(offence, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    /// <summary>
    /// What the model was trained on is not guessed: another form of prompt would be another answer, and be charged.
    /// </summary>
    [Fact]
    public async Task A_template_that_the_store_does_not_give_is_asked_for_again_later()
    {
        var renter = await market.NewAccount("renter");
        var model = await TinyModel.Register(market, $"{Source("zephyr")}{{# {Guid.NewGuid()} #}}");
        var sha256 = (await market.Admin.Get($"/v1/models/{model.Name}")).Text("sha256");
        await market.Services.GetRequiredService<IBlobStore>().Delete(sha256, TestContext.Current.CancellationToken);
        using var content = new StringContent(
            $$"""{"model":"{{model.Name}}","messages":[{"role":"user","content":"b"}]}""", Encoding.UTF8, "application/json");

        using var answer = await renter.Send(HttpMethod.Post, Chat, content);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        using var json = JsonDocument.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            ("server_error", "unavailable"),
            (json.RootElement.Text("error.type"), json.RootElement.Text("error.code")));
    }

    /// <summary>It has no file that could be missing.</summary>
    [Fact]
    public async Task What_is_offered_without_weights_brings_no_template()
    {
        var weightless = new ModelView(
            "noop", new('0', 64), 0, "none", 0, 0, "none", DateTimeOffset.UnixEpoch);
        var templates = market.Services.GetRequiredService<ChatTemplates>();

        Assert.False((await templates.Find(weightless, TestContext.Current.CancellationToken)).IsThere);
        await Assert.ThrowsAsync<IOException>(() => templates.Find(
            weightless with { Sha256 = new('1', 64), Bytes = 1 }, TestContext.Current.CancellationToken));
    }

    /// <summary>The same key, the same prompt, though the day is another by then.</summary>
    [Fact]
    public async Task A_repeat_has_the_prompt_of_the_day_that_it_was_asked_first()
    {
        var (_, rig) = await TestRig.Start(market, "own-day");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market, "{{ strftime_now('%Y-%m-%d') }} {{ messages[0].content }}");
        var asked = renter.Post(Chat, new
        {
            model = model.Name,
            messages = new[] { new { role = "user", content = "Hey" } },
            max_tokens = 1,
            marketplace = new { region = "own-day" },
        });
        var work = await rig.LeaseSome();
        await rig.DeliverText(work, " you");
        var id = JobId.Parse((await asked).Text("id").Replace("chatcmpl-", "job_", StringComparison.Ordinal));
        var request = new ChatCompletionRequest
        {
            Model = model.Name,
            Messages = [new() { Role = "user", Content = JsonSerializer.SerializeToElement("Hey") }],
        };
        var desk = market.Services.GetRequiredService<Desk>();
        var later = desk with { Clock = new FakeTimeProvider(desk.Now.AddDays(2)) };
        var readers = market.Services.GetRequiredService<OrderReaders>();
        async Task<string> Prompt(JobId of, bool mayBeRepeat) => (await TextOrders.Of(
            request, of, later, readers, mayBeRepeat, CancellationToken.None)).Choices.Single().Order.Prompt;

        Assert.Equal(work.Text!.Prompt, await Prompt(id, mayBeRepeat: true));
        Assert.NotEqual(work.Text.Prompt, await Prompt(id, mayBeRepeat: false), StringComparer.Ordinal);
        Assert.Equal(
            await Prompt(id, mayBeRepeat: false), await Prompt(JobId.From(Guid.NewGuid()), mayBeRepeat: true));
    }

    [Fact]
    public async Task Prompts_are_made_a_few_at_a_time()
    {
        var templates = market.Services.GetRequiredService<ChatTemplates>();
        var held = new List<IDisposable>();
        using var tired = new CancellationTokenSource();

        for (var at = 0; at < ChatTemplates.RenderingsMax; at++)
        {
            held.Add(await templates.EnterRoom(TestContext.Current.CancellationToken));
        }

        var late = templates.EnterRoom(tired.Token);
        var next = templates.EnterRoom(TestContext.Current.CancellationToken);
        Assert.False(late.IsCompleted);
        await tired.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
        Assert.False(next.IsCompleted);
        held.ForEach(room => room.Dispose());
        (await next).Dispose();
    }

    private static string Source(string name) => File.ReadAllText(
        Path.Combine(SharedData.RepositoryRoot, "tests", "chat-templates", "templates", $"{name}.jinja"));

    private async Task<JsonElement> Refused(string body)
    {
        var renter = await market.NewAccount("renter");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await renter.Send(HttpMethod.Post, Chat, content);
        using var json = JsonDocument.Parse(
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return json.RootElement.GetProperty("error").Clone();
    }
}
