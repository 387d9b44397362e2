using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.Testing;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Marketplace.EndToEnd.Tests;

/// <summary>OpenAI's own client against real processes.</summary>
public class OpenAiTests
{
    private const string Model = "models/stories260K/stories260K.gguf";
    private const string Logits = "fixtures/stories260K-runc-logits-f32.bin";
    private const string Greedy = "fixtures/completion_greedy.json";
    private const string Vectors = "fixtures/embeddings.json";
    private const int SlowTokens = 200;
    private const int SeedsMax = 12;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rig_killed_in_mid_stream_does_not_change_the_text()
    {
        await using var world = await World.Create(withChain: false, Cancel);
        await world.StartHost(Cancel);
        var provider = await NewProvider(world);
        await world.RegisterSlowModel(Cancel);
        await world.StartRig(provider, "rig", Cancel);
        var renter = await world.NewRenter("5.000000", Cancel);
        var chat = Client(world, renter).GetChatClient("slow");

        var undisturbed = await Read(chat, () => Task.CompletedTask);
        var disturbed = await Read(chat, async () =>
        {
            await world.KillRig("rig");
            await world.StartRig(provider, "spare", Cancel);
        });

        Assert.Equal(undisturbed, disturbed);
        Assert.NotEmpty(disturbed);
        await world.BooksBalance(Cancel);
    }

    [Fact]
    public async Task A_known_text_comes_out_and_too_long_a_prompt_is_refused_with_the_numbers()
    {
        SharedData.SkipUnless(Model);
        await using var world = await World.Create(withChain: false, Cancel);
        await world.StartHost(Cancel);
        var provider = await NewProvider(world);
        await world.RegisterModel("stories260K", SharedData.Path(Model), Cancel);
        await world.StartRig(provider, "rig", Cancel);
        var renter = await world.NewRenter("5.000000", Cancel);

        var golden = JsonNode.Parse(await File.ReadAllTextAsync(SharedData.Path(Greedy), Cancel))!;
        var order = new { model = "stories260K", prompt = "Once upon a time", max_tokens = 64, temperature = 0 };
        var answer = await renter.Post("/v1/completions", order, Cancel);
        Assert.Equal((string)golden["content"]!, (string)answer["choices"]![0]!["text"]!);
        Assert.Equal((5, 64), ((int)answer["usage"]!["prompt_tokens"]!, (int)answer["usage"]!["completion_tokens"]!));

        // The template of models without one of their own, counted as llama.cpp counts it.
        var chat = Client(world, renter).GetChatClient("stories260K");
        ChatCompletion told = await chat.CompleteChatAsync(
            [new SystemChatMessage("Book"), new UserChatMessage("Hey")],
            new ChatCompletionOptions { MaxOutputTokenCount = 8 },
            Cancel);
        Assert.Equal((69, 8), (told.Usage.InputTokenCount, told.Usage.OutputTokenCount));

        // A model that knows stories alone writes JSON when it is held to it.
        const string Schema = """
            {
              "type": "object",
              "properties": { "name": { "type": "string", "maxLength": 6 }, "age": { "type": "integer" } },
              "required": ["name", "age"],
              "additionalProperties": false
            }
            """;
        ChatCompletion shaped = await chat.CompleteChatAsync(
            [new UserChatMessage("Hey")],
            new ChatCompletionOptions
            {
                Temperature = 1,
                ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("cat", BinaryData.FromString(Schema)),
            },
            Cancel);
        Assert.Equal(ChatFinishReason.Stop, shaped.FinishReason);
        var cat = JsonNode.Parse(shaped.Content.Single().Text)!.AsObject();
        Assert.Equal(["name", "age"], cat.Select(one => one.Key), StringComparer.Ordinal);
        Assert.InRange(((string)cat["name"]!).EnumerateRunes().Count(), 0, 6);
        Assert.InRange((long)cat["age"]!, -9_999_999_999_999_999, 9_999_999_999_999_999);

        var refused = await Assert.ThrowsAsync<ClientResultException>(() => chat.CompleteChatAsync(
            [new UserChatMessage(new string('x', 1_000))], cancellationToken: Cancel));
        Assert.Equal(400, refused.Status);
        Assert.Contains("context_length_exceeded", refused.Message, StringComparison.Ordinal);
        await world.BooksBalance(Cancel);
    }

    /// <summary>As a client that scores texts asks: everything is prompt, and the last token is thrown away.</summary>
    [Fact]
    public async Task What_is_told_of_a_prompt_are_the_log_probabilities_of_another_engine()
    {
        SharedData.SkipUnless(Model);
        SharedData.SkipUnless(Logits);
        await using var world = await World.Create(withChain: false, Cancel);
        await world.StartHost(Cancel);
        var provider = await NewProvider(world);
        await world.RegisterModel("stories260K", SharedData.Path(Model), Cancel);
        await world.StartRig(provider, "rig", Cancel);
        var renter = await world.NewRenter("5.000000", Cancel);
        var (tokens, logits) = await ReadLogits();

        foreach (var (maxTokens, expected) in new[] { (0, tokens.Length), (1, tokens.Length + 1) })
        {
            var answer = await renter.Post(
                "/v1/completions",
                new { model = "stories260K", prompt = tokens, echo = true, logprobs = 3, max_tokens = maxTokens, temperature = 0 },
                Cancel);
            var told = answer["choices"]![0]!["logprobs"]!;
            var (own, top) = (told["token_logprobs"]!.AsArray(), told["top_logprobs"]!.AsArray());

            Assert.Equal((expected, expected), (own.Count, top.Count));
            Assert.Null(own[0]);
            Assert.Null(top[0]);

            for (var at = 1; at < tokens.Length; at++)
            {
                var row = logits[at - 1];
                var total = Math.Log(row.Sum(logit => Math.Exp(logit)));
                Assert.Equal(row[tokens[at]] - total, (double)own[at]!, 1e-4);

                // Two tokens may have the same letters.
                var likeliest = top[at]!.AsObject().Max(one => (double)one.Value!);
                Assert.Equal(row.Max() - total, likeliest, 1e-4);
            }

            Assert.Equal((string)answer["choices"]![0]!["text"]!, string.Concat(told["tokens"]!.AsArray()));
            Assert.Equal(
                (tokens.Length, maxTokens),
                ((int)answer["usage"]!["prompt_tokens"]!, (int)answer["usage"]!["completion_tokens"]!));
            Assert.Equal("passed", (string)answer["marketplace"]!["verification"]!);
        }

        await world.BooksBalance(Cancel);
    }

    /// <summary>Tokens that went through another engine one by one, and the logits after each.</summary>
    private static async Task<(int[] Tokens, float[][] Logits)> ReadLogits()
    {
        var bytes = await File.ReadAllBytesAsync(SharedData.Path(Logits), Cancel);
        var vocabulary = BitConverter.ToInt32(bytes);
        var stride = sizeof(int) + (vocabulary * sizeof(float));
        var count = (bytes.Length - sizeof(int)) / stride;
        var (tokens, logits) = (new int[count], new float[count][]);

        for (var at = 0; at < count; at++)
        {
            var from = sizeof(int) + (at * stride);
            tokens[at] = BitConverter.ToInt32(bytes, from);
            logits[at] = new float[vocabulary];
            Buffer.BlockCopy(bytes, from + sizeof(int), logits[at], 0, vocabulary * sizeof(float));
        }

        return (tokens, logits);
    }

    [Fact]
    public async Task Vectors_of_texts_are_those_of_another_engine_and_are_paid_by_their_tokens()
    {
        SharedData.SkipUnless(Model);
        SharedData.SkipUnless(Vectors);
        await using var world = await World.Create(withChain: false, Cancel);
        await world.StartHost(Cancel);
        var provider = await NewProvider(world);
        await world.RegisterModel("stories260K", SharedData.Path(Model), Cancel);
        await world.StartRig(provider, "rig", Cancel);
        var renter = await world.NewRenter("5.000000", Cancel);
        var golden = JsonNode.Parse(await File.ReadAllTextAsync(SharedData.Path(Vectors), Cancel))!;
        var embeddings = Client(world, renter).GetEmbeddingClient("stories260K");

        OpenAIEmbeddingCollection answer = await embeddings.GenerateEmbeddingsAsync(
            ["hello", "world"], cancellationToken: Cancel);

        Assert.Equal((int)golden["usage"]!["prompt_tokens"]!, answer.Usage.InputTokenCount);

        foreach (var one in answer)
        {
            var expected = golden["data"]!.AsArray()
                .Single(vector => (int)vector!["index"]! == one.Index)!["embedding"]!.AsArray()
                .Select(number => (double)number!);
            Assert.True(Cosine(expected, one.ToFloats().ToArray()) > 1 - 1e-5);
        }

        // Shortened, and by tokens in place of texts; a text of more than the context is refused with the numbers.
        var few = await embeddings.GenerateEmbeddingAsync("hello", new() { Dimensions = 8 }, Cancel);
        Assert.Equal(1, few.Value.ToFloats().ToArray().Sum(x => (double)x * x), 1e-6);
        Assert.Equal(8, few.Value.ToFloats().Length);
        var tokens = await renter.Post("/v1/embeddings", new { model = "stories260K", input = new[] { 1, 2, 3 } }, Cancel);
        Assert.Equal(3, (int)tokens["usage"]!["total_tokens"]!);
        var refused = await Assert.ThrowsAsync<ClientResultException>(
            () => embeddings.GenerateEmbeddingAsync(new string('x', 4_000), cancellationToken: Cancel));
        Assert.Equal(400, refused.Status);
        Assert.Contains("holds 512 tokens", refused.Message, StringComparison.Ordinal);
        await world.BooksBalance(Cancel);
    }

    [Fact]
    public async Task Several_calls_of_one_answer_are_whole_stream_as_they_are_and_are_answered_together()
    {
        await using var world = await World.Create(withChain: false, Cancel);
        await world.StartHost(Cancel);
        var provider = await NewProvider(world);
        await world.RegisterQuickModel(Cancel);
        await world.StartRig(provider, "rig", Cancel);
        var renter = await world.NewRenter("5.000000", Cancel);
        var chat = Client(world, renter).GetChatClient("quick");

        // Whether calls may be several is a matter of the devices that are there.
        await chat.CompleteChatAsync([new UserChatMessage("Hey")], new() { MaxOutputTokenCount = 1 }, Cancel);

        // A model that was not trained for it ends after its first call as likely as not: one of these seeds goes on.
        var (seed, several) = (0, default(ChatCompletion));

        while (several is not { ToolCalls.Count: > 1 })
        {
            Assert.True(++seed <= SeedsMax, "no seed makes several calls");
            several = await chat.CompleteChatAsync([new UserChatMessage("Hey")], Calling(seed), Cancel);
            Assert.Equal(ChatFinishReason.ToolCalls, several.FinishReason);
        }

        Assert.Equal(several.ToolCalls.Count, several.ToolCalls.DistinctBy(call => call.Id, StringComparer.Ordinal).Count());
        Assert.All(several.ToolCalls, call => AssertFits(call.FunctionName, call.FunctionArguments.ToString()));
        Assert.Equal(
            several.ToolCalls.Select(call => (call.FunctionName, call.FunctionArguments.ToString())),
            await Streamed(chat, Calling(seed)));

        ChatCompletion one = await chat.CompleteChatAsync([new UserChatMessage("Hey")], Calling(seed, parallel: false), Cancel);
        Assert.Equal(ChatFinishReason.ToolCalls, one.FinishReason);
        AssertFits(Assert.Single(one.ToolCalls).FunctionName, one.ToolCalls[0].FunctionArguments.ToString());

        ChatMessage[] results = [.. several.ToolCalls.Select(call => new ToolChatMessage(call.Id, $"{call.FunctionName}: 3"))];
        var options = Calling(seed);
        (options.ToolChoice, options.MaxOutputTokenCount) = (ChatToolChoice.CreateNoneChoice(), 4);
        ChatCompletion told = await chat.CompleteChatAsync(
            [new UserChatMessage("Hey"), new AssistantChatMessage(several), .. results], options, Cancel);
        Assert.Equal((0, ChatFinishReason.Length), (told.ToolCalls.Count, told.FinishReason));
        await world.BooksBalance(Cancel);
    }

    /// <summary>What it asserts stands in tests/openai-client/suite.test.mjs.</summary>
    [Fact]
    public async Task Openais_javascript_client_passes_its_suite()
    {
        var folder = Path.Combine(SharedData.RepositoryRoot, "tests", "openai-client");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(folder, "node_modules")),
            "tests/openai-client has no node_modules: run npm ci there");
        await using var world = await World.Create(withChain: false, Cancel);
        await world.StartHost(Cancel);
        var provider = await NewProvider(world);
        await world.RegisterQuickModel(Cancel);
        await world.StartRig(provider, "rig", Cancel);
        var renter = await world.NewRenter("5.000000", Cancel);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MARKETPLACE_URL"] = world.HostUrl,
            ["MARKETPLACE_KEY"] = renter.Key,
            ["MARKETPLACE_MODEL"] = "quick",
        };

        await using var suite = ChildProcess.Start(
            "openai-client", "node", ["--test", Path.Combine(folder, "suite.test.mjs")], environment, world.Logs);
        await suite.WaitForExit(World.Patience);

        Assert.True(suite.ExitCode == 0, suite.LogTail());
        await world.BooksBalance(Cancel);
    }

    private static async Task<RestClient> NewProvider(World world)
    {
        var provider = await world.NewAccount("Provider", ["provider"], Cancel);
        await provider.Post("/v1/provider", new { name = "Provider" }, Cancel);
        return provider;
    }

    /// <summary>The text of a stream; something is done when its first piece is there.</summary>
    private static async Task<string> Read(ChatClient chat, Func<Task> atFirst)
    {
        var (text, told) = (string.Empty, 0);

        // Penalties look at all tokens before, so that whoever goes on must know those of the other rig.
        var options = new ChatCompletionOptions
        {
            MaxOutputTokenCount = SlowTokens,
            Temperature = 0.7f,
            TopP = 0.95f,
            FrequencyPenalty = 0.5f,
            PresencePenalty = 0.2f,
            IncludeLogProbabilities = true,
            TopLogProbabilityCount = 2,

            // The marks of begin and end, which would end the text.
            LogitBiases = { [1] = -100, [2] = -100 },
        };
#pragma warning disable OPENAI001 // The client calls the seed experimental.
        options.Seed = 3;
#pragma warning restore OPENAI001

        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Hey")], options, Cancel))
        {
            told += update.ContentTokenLogProbabilities.Count;

            foreach (var part in update.ContentUpdate)
            {
                if (text.Length == 0 && part.Text.Length > 0)
                {
                    await atFirst();
                }

                text += part.Text;
            }
        }

        Assert.Equal(SlowTokens, told);
        return text;
    }

    /// <summary>Calls of either tool are demanded.</summary>
    private static ChatCompletionOptions Calling(int seed, bool parallel = true)
    {
        const string Parameters = """
            {
              "type": "object",
              "properties": { "city": { "type": "string", "maxLength": 4 }, "days": { "enum": [1, 2, 3] } },
              "required": ["city", "days"],
              "additionalProperties": false
            }
            """;
        var parameters = BinaryData.FromString(Parameters);
#pragma warning disable OPENAI001 // The client calls the seed experimental.
        return new()
        {
            Tools =
            {
                ChatTool.CreateFunctionTool("rain", null, parameters, functionSchemaIsStrict: true),
                ChatTool.CreateFunctionTool("wind", null, parameters, functionSchemaIsStrict: true),
            },
            ToolChoice = ChatToolChoice.CreateRequiredChoice(),
            AllowParallelToolCalls = parallel,
            Temperature = 1,
            Seed = seed,
            MaxOutputTokenCount = 2_000,
        };
#pragma warning restore OPENAI001
    }

    private static void AssertFits(string name, string arguments)
    {
        Assert.Contains(name, ["rain", "wind"], StringComparer.Ordinal);
        var told = JsonNode.Parse(arguments)!.AsObject();
        Assert.Equal(["city", "days"], told.Select(one => one.Key), StringComparer.Ordinal);
        Assert.InRange(((string)told["city"]!).EnumerateRunes().Count(), 0, 4);
        Assert.InRange((int)told["days"]!, 1, 3);
    }

    private static async Task<IEnumerable<(string Name, string Arguments)>> Streamed(
        ChatClient chat, ChatCompletionOptions options)
    {
        var calls = new SortedDictionary<int, (string Name, string Arguments)>();

        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Hey")], options, Cancel))
        {
            foreach (var piece in update.ToolCallUpdates)
            {
                var (name, arguments) = calls.GetValueOrDefault(piece.Index, (string.Empty, string.Empty));
                calls[piece.Index] = (name + piece.FunctionName, arguments + piece.FunctionArgumentsUpdate);
            }
        }

        return calls.Values;
    }

    private static double Cosine(IEnumerable<double> a, float[] b)
    {
        var pairs = a.Zip(b, (x, y) => (X: x, Y: (double)y)).ToArray();
        return pairs.Sum(pair => pair.X * pair.Y)
            / Math.Sqrt(pairs.Sum(pair => pair.X * pair.X) * pairs.Sum(pair => pair.Y * pair.Y));
    }

    private static OpenAIClient Client(World world, RestClient account) => new(
        new ApiKeyCredential(account.Key),
        new OpenAIClientOptions
        {
            Endpoint = new Uri(new Uri(world.HostUrl), "/v1"),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        });
}
