using System.ClientModel;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Domain.Verification;
using NSec.Cryptography;
using OpenAI.Embeddings;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>Embeddings over the whole surface: OpenAI's own .NET client, raw JSON, and a rig on the real wire.</summary>
public sealed class EmbeddingTests(TestMarket market)
{
    private const string Route = "/v1/embeddings";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Openais_client_gets_a_vector_for_each_text_and_the_usage()
    {
        var (_, rig) = await TestRig.Start(market, "emb-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market);
        using var transport = new RegionTransport("emb-one");
        var client = OfficialClientTests.Client(market, renter, transport).GetEmbeddingClient(model.Name);

        var asked = client.GenerateEmbeddingsAsync(["hello", "wide world"], cancellationToken: Cancel);
        var order = await model.Serve(rig);
        OpenAIEmbeddingCollection answer = await asked;

        Assert.Null(order.Text);
        Assert.Equal(["hello", "wide world"], order.Embedding!.Inputs.Select(input => input.Text!), StringComparer.Ordinal);
        Assert.Equal(model.Name, answer.Model);
        Assert.Equal([0, 1], answer.Select(one => one.Index));
        Assert.Equal(model.Vector(0), answer[0].ToFloats().ToArray());
        Assert.Equal(model.Vector(1), answer[1].ToFloats().ToArray());
        var tokens = model.Tokens("hello") + model.Tokens("wide world");
        Assert.Equal((tokens, tokens), (answer.Usage.InputTokenCount, answer.Usage.TotalTokenCount));

        // The job tells what it was, and is charged at the ask of 2 USDC per million for these tokens alone.
        var job = await renter.Get($"/v1/jobs/{transport.Job}");
        Assert.Equal(("succeeded", "embedding"), (job.Text("state"), job.Text("kind")));
        Assert.Equal(
            (2, tokens, 0),
            (job.At("inputs").GetInt32(), job.At("promptTokens").GetInt32(), job.At("outputTokens").GetInt32()));
        Assert.Equal($"0.{2 * tokens:d6}", job.Text("charged"));
        Assert.Equal(JsonValueKind.Null, job.At("finishReason").ValueKind);
    }

    [Fact]
    public async Task One_text_is_shortened_to_the_dimensions_that_were_asked_for()
    {
        var (_, rig) = await TestRig.Start(market, "emb-two");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market);
        using var transport = new RegionTransport("emb-two");
        var client = OfficialClientTests.Client(market, renter, transport).GetEmbeddingClient(model.Name);

        var asked = client.GenerateEmbeddingAsync("hello", new() { Dimensions = 5 }, Cancel);
        await model.Serve(rig);
        var vector = (await asked).Value.ToFloats().ToArray();

        var expected = model.Vector(0)[..5];
        var length = MathF.Sqrt(expected.Sum(x => x * x));
        Assert.Equal(5, vector.Length);
        Assert.Equal(1, vector.Sum(x => (double)x * x), 1e-6);
        Assert.All(expected.Zip(vector), pair => Assert.Equal(pair.First / length, pair.Second, 1e-6));
    }

    [Fact]
    public async Task Tokens_go_to_the_rig_as_they_stand()
    {
        var (_, rig) = await TestRig.Start(market, "emb-three");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market);
        var marketplace = new { region = "emb-three" };

        var one = renter.Post(Route, new { model = model.Name, input = new[] { 5, 6, 7 }, user = "me", marketplace });
        var order = await model.Serve(rig);
        Assert.Equal([[5, 6, 7]], order.Embedding!.Inputs.Select(input => input.Tokens));
        Assert.Equal(3, (await one).At("usage.prompt_tokens").GetInt32());

        var two = renter.Post(
            Route,
            new
            {
                model = model.Name,
                input = new int[][] { [5], [6, 7] },
                encoding_format = "base64",
                marketplace,
            });
        order = await model.Serve(rig);
        Assert.Equal([[5], [6, 7]], order.Embedding!.Inputs.Select(input => input.Tokens));
        var answer = await two;
        Assert.Equal("list", answer.Text("object"));
        var vectors = answer.At("data").EnumerateArray().ToArray();
        Assert.All(vectors, vector => Assert.Equal("embedding", vector.Text("object")));
        Assert.Equal(
            model.Vector(1),
            MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(vectors[1].Text("embedding"))).ToArray());
        Assert.False(answer.At("usage").TryGetProperty("completion_tokens", out var _));
    }

    [Fact]
    public async Task Floats_are_what_is_answered_unless_told_and_a_repeat_is_not_charged_again()
    {
        var (_, rig) = await TestRig.Start(market, "emb-four");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market);
        var wish = new { model = model.Name, input = "hello", marketplace = new { region = "emb-four" } };

        var asked = renter.Post(Route, wish, "emb-key");
        await model.Serve(rig);
        var first = await asked;
        Assert.Equal(
            model.Vector(0), first.At("data")[0].At("embedding").EnumerateArray().Select(x => x.GetSingle()).ToArray());
        var balance = (await renter.Get("/v1/balance")).ToString();

        Assert.Equal(first.ToString(), (await renter.Post(Route, wish, "emb-key")).ToString());
        Assert.Equal(balance, (await renter.Get("/v1/balance")).ToString());
        var (status, error) = await Refused(
            renter, JsonSerializer.Serialize(wish with { input = "other" }), "emb-key");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (status, error.Text("code")));
    }

    [Fact]
    public async Task The_receipt_holds_offline_and_names_kind_inputs_and_vectors()
    {
        var (_, rig) = await TestRig.Start(market, "emb-five");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market);
        using var content = new StringContent(
            $$$"""{"model":"{{{model.Name}}}","input":["hé",[5]],"marketplace":{"region":"emb-five"}}""",
            Encoding.UTF8,
            "application/json");

        // A list of texts and tokens is none of the four shapes.
        using var mixed = await renter.Send(HttpMethod.Post, Route, content);
        Assert.Equal(HttpStatusCode.BadRequest, mixed.StatusCode);

        using var good = new StringContent(
            $$$"""{"model":"{{{model.Name}}}","input":["hé","b"],"marketplace":{"region":"emb-five"}}""",
            Encoding.UTF8,
            "application/json");
        var asked = renter.Send(HttpMethod.Post, Route, good);
        var order = await model.Serve(rig);
        using var answer = await asked;
        var receipt = answer.Headers.GetValues("x-receipt-id").Single();

        Assert.Equal(order.Work, answer.Headers.GetValues("x-job-id").Single());
        var file = await renter.Http.GetStringAsync($"/v1/receipts/{receipt}", Cancel);
        var keys = await market.Client(null).Http.GetStringAsync("/v1/receipt-keys", Cancel);
        var check = new ReceiptCheck(ReceiptKeys.Parse(keys), Verify);
        var holds = Assert.IsType<ReceiptVerdict.Holds>(check.Verify(file));
        Assert.Equal((1, 0), (holds.ResultsSigned, holds.ResultsUnsigned));

        using var told = JsonDocument.Parse(file);
        var body = told.RootElement.TryGetProperty("receipt", out var inner) ? inner : told.RootElement;
        Assert.Equal("embedding", body.Text("kind"));
        Assert.Equal(MarketClient.Hash("[\"hé\",\"b\"]"u8.ToArray()), body.Text("inputSha256"));
        Assert.Equal(MarketClient.Hash(model.FileOf(2)), body.Text("outputSha256"));
        Assert.Equal(
            [("promptTokens", model.Tokens(order.Embedding!))],
            body.At("meter").EnumerateObject().Select(one => (one.Name, one.Value.GetInt32())));

        // What was signed is the output: another hash is seen.
        var forged = file.Replace(
            MarketClient.Hash(model.FileOf(2)), MarketClient.Hash(model.FileOf(1)), StringComparison.Ordinal);
        Assert.IsType<ReceiptVerdict.Broken>(check.Verify(forged));
    }

    [Fact]
    public async Task A_rig_is_paid_for_vectors_of_the_inputs_under_its_signature_alone()
    {
        var (_, rig) = await TestRig.Start(market, "emb-six");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market);
        var asked = renter.Post(
            Route, new { model = model.Name, input = "hello", marketplace = new { region = "emb-six" } });
        var order = await rig.LeaseSome();
        var tokens = model.Tokens("hello");
        var good = await rig.Upload(model.FileOf(1));
        var bytes = model.FileOf(1).Length;

        // Neither ends the attempt: without the device's signature nobody knows who says it.
        Assert.Equal(
            DeliverReply.Refused,
            await rig.Deliver(new EmbeddingDoneMessage(order.Attempt, tokens, good, bytes, order.Work)));
        Assert.Equal(
            DeliverReply.Refused, await rig.DeliverVectors(order, tokens, good, bytes, new string('0', 64)));
        Assert.Equal(DeliverReply.Accepted, await rig.DeliverVectors(order, tokens, good, bytes));
        Assert.Equal(DeliverReply.Accepted, await rig.DeliverVectors(order, tokens, good, bytes));
        await asked;
    }

    [Theory]
    [InlineData("not uploaded")]
    [InlineData("shortened")]
    [InlineData("two vectors")]
    [InlineData("too long")]
    [InlineData("no number")]
    [InlineData("other tokens")]
    [InlineData("a text")]
    public async Task What_contradicts_the_order_ends_the_attempt_and_nothing_is_charged(string what)
    {
        var region = $"emb-{what.Replace(' ', '-')}";
        var (_, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market);
        var asked = renter.Send(
            HttpMethod.Post,
            Route,
            new StringContent(
                JsonSerializer.Serialize(new
                {
                    model = model.Name,
                    input = "hello",
                    marketplace = new { region, deadlineSeconds = 10 },
                }),
                Encoding.UTF8,
                "application/json"));
        var order = await rig.LeaseSome();
        var tokens = model.Tokens("hello");
        var vector = model.Vector(0);

        var reply = what switch
        {
            "not uploaded" => await rig.DeliverVectors(order, tokens, new string('a', 64), model.Width * 4),
            "shortened" => await Deliver(model.FileOf(1), bytes: (model.Width * 4) - 4),
            "two vectors" => await Deliver(model.FileOf(2)),
            "too long" => await Deliver(TinyModel.BytesOf([.. vector.Select(x => x * 1.001f)])),
            "no number" => await Deliver(TinyModel.BytesOf([float.NaN, .. vector[1..]])),
            "other tokens" => await Deliver(model.FileOf(1), told: tokens - 1),
            _ => await rig.DeliverText(order),
        };

        Assert.Equal(DeliverReply.Refused, reply);
        Assert.Equal(DeliverReply.Stale, await Deliver(model.FileOf(1)));
        var job = await renter.Get($"/v1/jobs/{order.Work}");
        Assert.Equal("0.000000", job.Text("charged"));

        // The only device is excluded now; the job's end is told as an outage, not as a fault of the request.
        using var answer = await asked;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);

        async Task<DeliverReply> Deliver(byte[] file, int? bytes = null, int? told = null) =>
            await rig.DeliverVectors(order, told ?? tokens, await rig.Upload(file), bytes ?? file.Length);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_job()
    {
        var (_, rig) = await TestRig.Start(market, "emb-leave");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market);
        using var transport = new RegionTransport("emb-leave");
        var client = OfficialClientTests.Client(market, renter, transport).GetEmbeddingClient(model.Name);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        var asked = client.GenerateEmbeddingAsync("hello", cancellationToken: leave.Token);
        var order = await rig.LeaseSome();
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        var job = await renter.UntilState($"/v1/jobs/{order.Work}", "cancelled");
        Assert.Equal("0.000000", job.Text("charged"));
    }

    [Theory]
    [InlineData("""{"model":"M"}""", "input")]
    [InlineData("""{"model":"M","input":""}""", "input")]
    [InlineData("""{"model":"M","input":null}""", "input")]
    [InlineData("""{"model":"M","input":7}""", "input")]
    [InlineData("""{"model":"M","input":[]}""", "input")]
    [InlineData("""{"model":"M","input":["a",""]}""", "input[1]")]
    [InlineData("""{"model":"M","input":["a",7]}""", "input")]
    [InlineData("""{"model":"M","input":[7,"a"]}""", "input")]
    [InlineData("""{"model":"M","input":[[1],[]]}""", "input[1]")]
    [InlineData("""{"model":"M","input":[1.5]}""", "input")]
    [InlineData("""{"model":"M","input":[-1]}""", "input")]
    [InlineData("""{"model":"M","input":["a","\ud800"]}""", "input[1]")]
    [InlineData("""{"model":"M","input":[[1],[100000]]}""", "input[1]")]
    [InlineData("""{"model":"M","input":"a","encoding_format":"hex"}""", "encoding_format")]
    [InlineData("""{"model":"M","input":"a","dimensions":0}""", "dimensions")]
    [InlineData("""{"model":"M","input":"a","dimensions":25}""", "dimensions")]
    [InlineData("""{"model":"M","input":"a","marketplace":{"region":"!"}}""", "marketplace.region")]
    public async Task A_value_that_cannot_be_honoured_is_named(string body, string field)
    {
        var model = await TinyModel.Register(market);

        var (status, error) = await Refused(
            await market.NewAccount("renter"), body.Replace("\"M\"", $"\"{model.Name}\"", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_request_error", error.Text("type"));
        Assert.Equal(field, error.Text("param"));
    }

    [Fact]
    public async Task Too_much_is_refused_with_the_numbers()
    {
        var model = await TinyModel.Register(market);
        var renter = await market.NewAccount("renter");

        var (status, error) = await Refused(
            renter, JsonSerializer.Serialize(new { model = model.Name, input = new[] { "a", new string('x', 2_000) } }));
        Assert.Equal((HttpStatusCode.BadRequest, "context_length_exceeded"), (status, error.Text("code")));
        Assert.Contains($"holds {model.Context} tokens", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains($"makes {model.Tokens(new string('x', 2_000))}", error.Text("message"), StringComparison.Ordinal);

        (status, error) = await Refused(
            renter, JsonSerializer.Serialize(new { model = model.Name, input = Enumerable.Repeat("a", 2_049) }));
        Assert.Equal((HttpStatusCode.BadRequest, "input"), (status, error.Text("param")));
        Assert.Contains("has 2049 inputs, allowed are 1 to 2048", error.Text("message"), StringComparison.Ordinal);

        (status, error) = await Refused(
            renter,
            JsonSerializer.Serialize(new { model = model.Name, input = Enumerable.Repeat(new string('y', 400), 1_000) }));
        Assert.Equal((HttpStatusCode.BadRequest, "input"), (status, error.Text("param")));
        Assert.Contains("tokens in all, allowed are 300000", error.Text("message"), StringComparison.Ordinal);

        (status, error) = await Refused(
            renter, JsonSerializer.Serialize(new { model = model.Name, input = "a", dimensions = model.Width + 1 }));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains($"allowed are 1 to {model.Width}, the width of", error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_named_by_its_id_too()
    {
        var model = await TinyModel.Register(market);
        var id = (await market.Admin.Get($"/v1/models/{model.Name}")).Text("modelId");
        var renter = await market.NewAccount("renter");
        Task<(HttpStatusCode Status, JsonElement Error)> Asked(string named) =>
            Refused(renter, JsonSerializer.Serialize(new { model = named, input = "a", dimensions = model.Width + 1 }));

        // The width is the model's: it was found.
        Assert.Equal("dimensions", (await Asked($"mdl:{id}")).Error.Text("param"));
        Assert.Equal("model_not_found", (await Asked($"mdl:{new string('0', 64)}")).Error.Text("code"));
        Assert.Equal("model", (await Asked("mdl:0")).Error.Text("param"));
    }

    [Fact]
    public async Task Refusals_are_typed()
    {
        var renter = await market.NewAccount("renter");
        using var transport = new RegionTransport("emb-none");
        var unknown = OfficialClientTests.Client(market, renter, transport).GetEmbeddingClient("no-such-model");
        var missing = await Assert.ThrowsAsync<ClientResultException>(
            () => unknown.GenerateEmbeddingAsync("hello", cancellationToken: Cancel));
        Assert.Equal(404, missing.Status);
        Assert.Contains("model_not_found", missing.Message, StringComparison.Ordinal);

        var stranger = market.Client("mk_test_nothing");
        var (status, error) = await Refused(stranger, """{"model":"m","input":"a"}""");
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), (status, error.Text("code")));

        // A file that is no model that can be read makes no vectors.
        var (_, refusal) = await Refused(
            renter, JsonSerializer.Serialize(new { model = await Jobs.Model(market), input = "hello" }));
        Assert.Equal("model_without_embeddings", refusal.Text("code"));

        // Nobody has money for it.
        var (_, rig) = await TestRig.Start(market, "emb-poor");
        await using var _ = rig;
        var model = await TinyModel.Register(market);
        (status, error) = await Refused(
            renter,
            JsonSerializer.Serialize(
                new { model = model.Name, input = "hello", marketplace = new { region = "emb-poor" } }));
        Assert.Equal((HttpStatusCode.PaymentRequired, "insufficient_quota"), (status, error.Text("code")));
    }

    private static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
        && SignatureAlgorithm.Ed25519.Verify(key!, message, signature);

    private static async Task<(HttpStatusCode Status, JsonElement Error)> Refused(
        MarketClient renter, string body, string? idempotencyKey = null)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await renter.Send(HttpMethod.Post, Route, content, idempotencyKey);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));

        Assert.False(answer.IsSuccessStatusCode, $"{body} was not refused");
        return (answer.StatusCode, json.RootElement.GetProperty("error").Clone());
    }
}
