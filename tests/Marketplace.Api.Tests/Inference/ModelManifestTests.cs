using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Api.Tests.Inference.OpenAi;
using Marketplace.Domain.Verification;
using NSec.Cryptography;

namespace Marketplace.Api.Tests.Inference;

public sealed class ModelManifestTests(TestMarket market)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Anybody_reads_the_manifest_and_checks_it_with_public_keys()
    {
        var name = await Jobs.Model(market);
        var model = await market.Admin.Get($"/v1/models/{name}");

        var manifest = await Read();

        var entry = Assert.Single(manifest.Entries, entry => entry.Name == name);
        Assert.Equal((model.Text("modelId"), model.Text("sha256")), (entry.ModelId, entry.Sha256));
        Assert.Equal(("F32", "llama", 512), (entry.Weights, entry.Architecture, entry.ContextLength));
        Assert.Equal(entry.ModelId, (await Listed(name)).Text("modelId"));
    }

    [Fact]
    public async Task It_is_sent_again_only_when_it_has_changed()
    {
        await Jobs.Model(market);
        using var first = await Ask(null);
        var tag = first.Headers.ETag!;
        Assert.Contains("max-age", first.Headers.CacheControl!.ToString(), StringComparison.Ordinal);

        using var same = await Ask(tag);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Empty(await same.Content.ReadAsByteArrayAsync(Cancel));

        await Jobs.Model(market);
        using var other = await Ask(tag);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        Assert.NotEqual(tag, other.Headers.ETag);
    }

    [Fact]
    public async Task Registrations_at_once_make_consecutive_versions()
    {
        var before = (await Read()).Version;
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Jobs.Model(market)));

        Assert.True((await Read()).Version >= before + 5, "a version is missing");
    }

    [Fact]
    public async Task A_model_is_asked_for_by_its_id_and_found_under_its_name()
    {
        var (_, rig) = await TestRig.Start(market, "manifest-three");
        await using var _ = rig;
        var name = await Jobs.Model(market);
        var id = (await market.Admin.Get($"/v1/models/{name}")).Text("modelId");
        var renter = await market.NewRenter();

        var job = await renter.Post("/v1/jobs", Jobs.Order($"mdl:{id}", "manifest-three"));

        Assert.Equal((name, id), (job.Text("model"), job.Text("modelId")));
        Assert.Equal(name, (await market.Admin.Get($"/v1/models/mdl:{id}")).Text("name"));
    }

    [Theory]
    [InlineData("mdl:", 400)]
    [InlineData("mdl:abc", 400)]
    [InlineData("mdl:ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789", 400)]
    [InlineData("mdl:0000000000000000000000000000000000000000000000000000000000000000", 422)]
    public async Task An_id_that_is_none_or_nobodys_is_refused(string model, int status)
    {
        var renter = await market.NewRenter();

        var (refused, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", Jobs.Order(model, "eu"));

        Assert.Equal(status, (int)refused);
        Assert.Contains("GET /v1/models", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_model_is_called_manifest()
    {
        var (status, problem) = await market.Admin.Refused(
            HttpMethod.Post, "/v1/models", new { name = "manifest", sha256 = new string('0', 64) });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("name", problem.At("errors")[0].Text("field"));
    }

    [Fact]
    public async Task Answers_jobs_and_receipts_tell_the_model_that_made_them()
    {
        var (_, rig) = await TestRig.Start(market, "manifest-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var name = await Jobs.Model(market);
        var id = (await market.Admin.Get($"/v1/models/{name}")).Text("modelId");
        using var transport = new RegionTransport("manifest-one");
        var chat = OfficialClientTests.Client(market, renter, transport).GetChatClient($"mdl:{id}");

        var asked = chat.CompleteChatAsync(
            [new OpenAI.Chat.UserChatMessage("Hey")], new() { MaxOutputTokenCount = 2 }, Cancel);
        await rig.DeliverText(await rig.LeaseSome(), "But", " she");
        OpenAI.Chat.ChatCompletion answer = await asked;

        Assert.Equal($"{id[..12]}-f32w-f32kv-f32acc", answer.SystemFingerprint);
        Assert.Equal(name, answer.Model);
        var job = await renter.Get($"/v1/jobs/{transport.Job}");
        Assert.Equal(id, job.Text("modelId"));
        Assert.Equal(id, (await renter.Get($"/v1/receipts/{job.Text("receipt")}")).Text("modelId"));
    }

    [Fact]
    public async Task Streams_and_completions_carry_the_fingerprint_too()
    {
        var (_, rig) = await TestRig.Start(market, "manifest-two");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var name = await Jobs.Model(market);
        var id = (await market.Admin.Get($"/v1/models/{name}")).Text("modelId");
        var marketplace = new { region = "manifest-two" };

        var streamed = Text(renter, "chat/completions", new
        {
            model = name,
            messages = new[] { new { role = "user", content = "Hey" } },
            max_tokens = 2,
            stream = true,
            marketplace,
        });
        await rig.DeliverText(await rig.LeaseSome(), "But", " she");
        var chunks = (await streamed).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith("data: {", StringComparison.Ordinal)).ToArray();
        var completed = Text(renter, "completions", new { model = name, prompt = "Hey", max_tokens = 2, marketplace });
        await rig.DeliverText(await rig.LeaseSome(), "But", " she");

        Assert.True(chunks.Length >= 3, $"{chunks.Length} chunks");
        Assert.All(chunks.Append(await completed), text => Assert.Contains(
            $"\"system_fingerprint\":\"{id[..12]}-f32w-f32kv-f32acc\"", text, StringComparison.Ordinal));
    }

    private static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
        && SignatureAlgorithm.Ed25519.Verify(key!, message, signature);

    private static async Task<string> Text(MarketClient renter, string path, object body)
    {
        using var content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var answer = await renter.Send(HttpMethod.Post, $"/v1/{path}", content);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }

    private async Task<JsonElement> Listed(string name)
    {
        var page = await market.Admin.Get("/v1/models?limit=100");
        return page.At("data").EnumerateArray().Single(model => model.Text("name") == name);
    }

    private async Task<HttpResponseMessage> Ask(EntityTagHeaderValue? known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models/manifest");

        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }

        return await market.Client(null).Http.SendAsync(request, Cancel);
    }

    /// <summary>The manifest, by a client without a key, checked.</summary>
    private async Task<ModelManifest> Read()
    {
        var stranger = market.Client(null).Http;
        var file = await stranger.GetStringAsync("/v1/models/manifest", Cancel);
        var keys = ReceiptKeys.Parse(await stranger.GetStringAsync("/v1/receipt-keys", Cancel));

        return Assert.IsType<ModelManifestVerdict.Holds>(new ModelManifestCheck(keys, Verify).Verify(file)).Manifest;
    }
}
