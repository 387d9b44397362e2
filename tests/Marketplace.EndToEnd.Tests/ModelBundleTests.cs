using System.Text.Json.Nodes;
using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.Testing;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Models of several files from the upload to the verdict, beside the same models as GGUF.</summary>
public class ModelBundleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_of_several_files_makes_the_text_and_the_vectors_of_its_GGUF_and_is_verified()
    {
        SharedData.SkipUnless("models/stories260K/stories260K.bin");
        SharedData.SkipUnless("models/tinystories-656K/model.safetensors");
        await using var world = await World.Create(withChain: false, Cancel);
        await world.StartHost(Cancel);
        var provider = await world.NewAccount("Rigs", ["renter", "provider"], Cancel);
        await provider.Post("/v1/provider", new { name = "Rigs" }, Cancel);
        await world.RegisterBundle(
            "stories-bin", SharedData.Path("models/stories260K"), ["stories260K.bin", "tok512.bin"], Cancel);
        await world.RegisterModel("stories-gguf", SharedData.Path("models/stories260K/stories260K.gguf"), Cancel);
        await world.RegisterBundle(
            "tiny-safetensors",
            SharedData.Path("models/tinystories-656K"),
            ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"],
            Cancel);
        await world.RegisterModel(
            "tiny-gguf", SharedData.Path("models/tinystories-656K/tinystories-656K-f32.gguf"), Cancel);
        await world.StartRig(provider, "rig", Cancel);
        var renter = await world.NewRenter("5.000000", Cancel);

        foreach (var (bundle, gguf) in new[] { ("stories-bin", "stories-gguf"), ("tiny-safetensors", "tiny-gguf") })
        {
            var (one, other) = (await Text(world, renter, bundle), await Text(world, renter, gguf));
            Assert.Equal((string)other["text"]!, (string)one["text"]!);
            Assert.Equal(40, (int)one["outputTokens"]!);
            Assert.Equal("passed", (string)one["verification"]!["verdict"]!);
            Assert.Equal("passed", (string)other["verification"]!["verdict"]!);

            var (here, there) = (await Vector(renter, bundle), await Vector(renter, gguf));
            Assert.Equal(there.Length, here.Length);
            Assert.All(here.Zip(there), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        }

        await world.BooksBalance(Cancel);
    }

    private static async Task<JsonNode> Text(World world, RestClient renter, string model)
    {
        var job = await renter.Post(
            "/v1/jobs",
            new { model, prompt = "Once upon a time", maxTokens = 40, temperature = 0, verification = "always" },
            Cancel);
        return await World.Until(
            renter,
            $"/v1/jobs/{job["id"]}",
            $"the text of {model}",
            seen => (string)seen["state"]! is "succeeded" or "failed" or "expired",
            Cancel);
    }

    private static async Task<double[]> Vector(RestClient renter, string model)
    {
        var answer = await renter.Post("/v1/embeddings", new { model, input = "Once upon a time" }, Cancel);
        return [.. answer["data"]![0]!["embedding"]!.AsArray().Select(number => (double)number!)];
    }
}
