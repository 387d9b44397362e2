using System.Text.Json.Nodes;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Architectures;

namespace Marketplace.Compute.Inference.Tests.ModelFiles;

/// <summary>An id that was given once is that model's for ever: it stands in receipts and in the manifest.</summary>
public sealed class ModelIdTests
{
    [Theory]
    [InlineData("models/stories260K/stories260K.gguf", "f1c0d220e46ef0fbc4ca304d")]
    [InlineData("models/stories260K/stories260K-F16.gguf", "8afefa9f9042f585164c41af")]
    [InlineData("models/stories260K/stories260K.bin", "e192be08762643fbc091f0d8")]
    [InlineData("models/tinystories-656K/tinystories-656K-f32.gguf", "bed63fd47f47b0fd033f8b07")]
    [InlineData("models/tinystories-656K/model.safetensors", "8e59f44023f4dcab18c133ea")]
    public void Public_models_keep_their_ids(string path, string begins)
    {
        using var model = LlamaModel.Open(SharedModels.Find(path));

        Assert.StartsWith(begins, model.Id.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama", null, "3a48ccc64bff87f54842a0d7")]
    [InlineData("qwen2", null, "f2b842f2fb9897b3252f2d5d")]
    [InlineData("qwen3", """{"head_dim": 8}""", "56251d19c30a62cd72b83512")]
    public void Small_models_keep_their_ids(string type, string? extra, string begins)
    {
        using var file = new SmallModel(type, extra).WriteGguf();
        using var model = LlamaModel.Open(file.Location);

        Assert.StartsWith(begins, model.Id.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void End_tokens_are_part_of_the_id_and_one_that_is_named_twice_is_not()
    {
        using var folder = new SmallModel("llama").WriteFolder();
        var plain = Id();

        File.WriteAllText(folder.At("generation_config.json"), """{"eos_token_id": [2]}""");
        Assert.Equal(plain, Id());

        File.WriteAllText(folder.At("generation_config.json"), """{"eos_token_id": [2, 4]}""");
        var more = Id();
        folder.Change("config.json", json => json["eos_token_id"] = new JsonArray(2, 4));
        Assert.Equal(more, Id());
        Assert.False(plain == more, "more tokens end a text");

        string Id()
        {
            using var model = LlamaModel.Open(folder.Location);
            return model.Id.Value;
        }
    }

    [Fact]
    public void Pooling_is_part_of_the_id_where_it_is_not_the_mean()
    {
        Assert.Equal(Id(null), Id(0u));
        Assert.Equal(Id(null), Id(1u));
        Assert.Equal(3, new[] { Id(null), Id(2u), Id(3u) }.Distinct(StringComparer.Ordinal).Count());

        static string Id(uint? pooling)
        {
            using var file = new SmallModel("qwen3").WriteGguf(writer =>
            {
                if (pooling is { } stated)
                {
                    writer.Add("qwen3.pooling_type", stated);
                }
            });
            using var model = LlamaModel.Open(file.Location);
            return model.Id.Value;
        }
    }
}
