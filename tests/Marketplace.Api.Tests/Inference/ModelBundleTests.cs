using System.Net;
using System.Net.Http.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Domain.Inference;
using Marketplace.Testing;

namespace Marketplace.Api.Tests.Inference;

/// <summary>Models of several files.</summary>
public sealed class ModelBundleTests(TestMarket market)
{
    private static readonly string Absent = new('0', 64);

    [Fact]
    public async Task A_bundle_is_registered_shown_and_ordered_with_its_files()
    {
        var (weights, tokenizer) = (await Shared("stories260K.bin"), await Shared("tok512.bin"));
        var name = $"bundle-{Guid.NewGuid():n}";
        var bundle = ModelBundle.Of(
            [new("tok512.bin", tokenizer.Sha256, tokenizer.Bytes), new("stories260K.bin", weights.Sha256, weights.Bytes)]);

        var made = await market.Admin.Post("/v1/models", Request(
            name, ("stories260K.bin", weights.Sha256), ("tok512.bin", tokenizer.Sha256)));

        Assert.Equal((bundle.Sha256(), weights.Bytes + tokenizer.Bytes), (made.Text("sha256"), made.GetProperty("bytes").GetInt64()));
        Assert.Equal(
            ["stories260K.bin", "tok512.bin"],
            made.GetProperty("files").EnumerateArray().Select(file => file.Text("path")),
            StringComparer.Ordinal);
        Assert.Matches("^[0-9a-f]{64}$", made.Text("modelId"));

        // The same under the same name is the same; the hash of the list names it, too.
        await market.Admin.Post("/v1/models", new { name, sha256 = bundle.Sha256() });

        var (_, rig) = await TestRig.Start(market, "bundle");
        await using var _ = rig;
        using (var told = await rig.Http.PostAsJsonAsync(
            AgentRoutes.Models, new ModelsMessage([], [], 0, 2, []), TestContext.Current.CancellationToken))
        {
            told.EnsureSuccessStatusCode();
        }

        var renter = await market.NewRenter();
        await renter.Post("/v1/jobs", Jobs.Order(name, "bundle"));
        var order = (await rig.LeaseSome()).Text!;

        Assert.Equal((bundle.Sha256(), bundle.Bytes, made.Text("modelId")), (order.ModelSha256, order.ModelBytes, order.ModelId));
        Assert.Equal(
            bundle.Files.Select(file => (file.Path, file.Sha256, file.Bytes)),
            order.Files!.Select(file => (file.Path, file.Sha256, file.Bytes)));
        Assert.Equal(HttpStatusCode.OK, await Status(rig, weights.Sha256));
        Assert.Equal(HttpStatusCode.OK, await Status(rig, tokenizer.Sha256));
        Assert.Equal(HttpStatusCode.NotFound, await Status(rig, bundle.Sha256()));
    }

    [Fact]
    public async Task Files_that_are_no_model_are_refused_with_the_one_at_fault()
    {
        var other = await market.Admin.Upload(Guid.NewGuid().ToByteArray());

        var (status, problem) = await market.Admin.Refused(
            HttpMethod.Post, "/v1/models", Request("no-bundle", ("model.bin", other), ("tokenizer.bin", other)));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("model-corrupt", problem.Text("code"));
        Assert.Contains("llama2.c header", problem.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_not_uploaded_is_named()
    {
        var (status, problem) = await market.Admin.Refused(
            HttpMethod.Post, "/v1/models", Request("no-bundle", ("config.json", Absent)));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal(("asset-unknown", "config.json"), (problem.Text("code"), problem.Text("path")));
    }

    [Theory]
    [InlineData("files[0].path", "../config.json")]
    [InlineData("files[0].path", "a/b.json")]
    [InlineData("files", "a.json", "A.json")]
    [InlineData("files")]
    public async Task Names_that_lead_elsewhere_or_stand_twice_are_refused(string field, params string[] names)
    {
        var (status, problem) = await market.Admin.Refused(
            HttpMethod.Post, "/v1/models", Request("no-bundle", [.. names.Select(name => (name, Absent))]));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(field, problem.GetProperty("errors")[0].Text("field"));
    }

    [Fact]
    public async Task Both_a_file_and_files_or_neither_are_refused()
    {
        var both = new { name = "x", sha256 = Absent, files = new[] { new { path = "a.bin", sha256 = Absent } } };

        Assert.Equal(HttpStatusCode.BadRequest, (await market.Admin.Refused(HttpMethod.Post, "/v1/models", both)).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await market.Admin.Refused(HttpMethod.Post, "/v1/models", new { name = "x" })).Status);
    }

    private static object Request(string name, params (string Path, string Sha256)[] files) =>
        new { name, files = files.Select(file => new { path = file.Path, sha256 = file.Sha256 }).ToArray() };

    private static async Task<HttpStatusCode> Status(TestRig rig, string hash)
    {
        using var answer = await rig.Http.GetAsync(
            $"{AgentRoutes.Blobs}/{hash}", TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private async Task<(string Sha256, long Bytes)> Shared(string name)
    {
        var bytes = await File.ReadAllBytesAsync(
            SharedData.SkipUnless($"models/stories260K/{name}"), TestContext.Current.CancellationToken);
        return (await market.Admin.Upload(bytes), bytes.Length);
    }
}
