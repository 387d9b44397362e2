using System.Text.Json.Nodes;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Safetensors;

namespace Marketplace.Compute.Inference.Tests.ModelFiles;

/// <summary>One model in several formats is one model.</summary>
public class ModelFilesTests
{
    [Fact]
    public void Safetensors_and_GGUF_of_one_model_agree_in_tokens_and_logits()
    {
        using var folder = LlamaModel.Open(SharedModels.Find("models/tinystories-656K/model.safetensors"));
        using var gguf = LlamaModel.Open(SharedModels.TinyStories);

        Assert.Equal("safetensors", folder.Container);
        Assert.Equal(gguf.Parameters, folder.Parameters);
        Assert.Equal(Logits(gguf), Logits(folder), Close(1e-5f));

        foreach (var text in new[] { "Once upon a time", "", " ", "A cat, 12 dogs!", "one\ntwo " })
        {
            Assert.Equal(gguf.Tokenizer.Encode(text), folder.Tokenizer.Encode(text));
        }
    }

    [Fact]
    public void Characters_without_a_token_are_one_unknown_token_where_the_file_fuses_them()
    {
        using var model = LlamaModel.Open(SharedModels.Find("models/tinystories-656K/model.safetensors"));

        var tokens = model.Tokenizer.Encode("a 🦙ë b");

        Assert.Equal(1, tokens.Count(token => token == model.Tokenizer.Unknown));
    }

    [Fact]
    public void A_bin_of_llama2c_and_its_GGUF_agree_bit_for_bit()
    {
        using var bin = LlamaModel.Open(SharedModels.Find("models/stories260K/stories260K.bin"));
        using var gguf = LlamaModel.Open(SharedModels.Stories260K);

        Assert.Equal("llama2.c", bin.Container);
        Assert.Equal(Logits(gguf), Logits(bin));
        Assert.Equal(gguf.Tokenizer.Encode("Lily's day, 7 cats"), bin.Tokenizer.Encode("Lily's day, 7 cats"));
    }

    [Theory]
    [InlineData(TensorFormat.F32, 0f)]
    [InlineData(TensorFormat.F16, 0.05f)]
    [InlineData(TensorFormat.BF16, 0.3f)]
    public void Shards_are_one_model_whatever_their_storage(TensorFormat format, float tolerance)
    {
        using var folder = ModelFolder.OfTinyStories(withWeights: false);
        using var source = LlamaModel.Open(SharedModels.Find("models/tinystories-656K/model.safetensors"));
        WriteShards(folder, format);

        using var model = LlamaModel.Open(folder.Location);

        Assert.Equal(format, model.WeightFormat);
        Assert.Equal(Logits(source), Logits(model), Close(tolerance));
    }

    [Fact]
    public void An_id_names_weights_tokenizer_and_template()
    {
        using var folder = ModelFolder.OfTinyStories();
        var first = Id(folder.Location);

        Assert.Matches("^[0-9a-f]{64}$", first);
        Assert.Equal(first, Id(folder.At("model.safetensors")));
        Assert.False(first == Id(SharedModels.TinyStories), "the GGUF stores other bytes");

        folder.Change("tokenizer_config.json", json => json["chat_template"] = "{{ messages }}");
        var templated = Id(folder.Location);
        folder.Change("tokenizer.json", json => json["truncation"] = 7);
        var retokenized = Id(folder.Location);

        Assert.Equal(3, new[] { first, templated, retokenized }.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Of_several_templates_the_default_is_part_of_the_id_and_that_for_tools_is_not()
    {
        using var folder = ModelFolder.OfTinyStories();
        folder.Change("tokenizer_config.json", json => json["chat_template"] = "plain");
        var plain = Id(folder.Location);
        folder.Change("tokenizer_config.json", json => json["chat_template"] = JsonNode.Parse(
            """[{"name":"tool_use","template":"tools"},{"name":"default","template":"plain"}]"""));
        using var model = LlamaModel.Open(folder.Location);

        Assert.Equal(("plain", "tools"), (model.ChatTemplate, model.ToolTemplate));
        Assert.Equal(plain, Id(folder.Location));
    }

    [Fact]
    public void Marks_of_a_tokenizer_are_what_its_texts_become_tokens_by()
    {
        using var folder = ModelFolder.OfTinyStories();
        using var model = LlamaModel.Open(folder.Location);
        var tokenizer = model.Tokenizer;

        Assert.Contains(tokenizer.Marks, mark => mark is { Text: "<|end_story|>", IsControl: true });
        Assert.All(tokenizer.Marks, mark => Assert.Contains(mark.Id, tokenizer.Encode(mark.Text)));
        Assert.Equal("<|start_story|>", tokenizer.TextOf(tokenizer.Begin));
    }

    [Fact]
    public void One_changed_byte_of_the_weights_changes_the_id()
    {
        var bytes = ModelFile.Tiny();
        using var first = new ModelFile(bytes);
        bytes[^1] ^= 1;
        using var second = new ModelFile(bytes);

        Assert.False(Id(first.Location) == Id(second.Location), "both have one id");
    }

    [Fact]
    public void The_same_tensors_with_another_constant_are_another_model()
    {
        var plain = RandomLlama.ShapeTiny;
        string[] ids =
        [
            IdOf(plain),
            IdOf(plain with { RopeBase = plain.RopeBase * 2 }),
            IdOf(plain with { NormEpsilon = plain.NormEpsilon * 2 }),
            IdOf(plain with { Context = plain.Context * 2 }),
        ];

        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(ids[0], IdOf(plain with { }));
    }

    private static string IdOf(LlamaShape shape)
    {
        using var bytes = new MemoryStream();
        RandomLlama.Write(bytes, shape, TensorFormat.F32, seed: 1);
        using var file = new ModelFile(bytes.ToArray());
        return Id(file.Location);
    }

    private static string Id(string path)
    {
        using var model = LlamaModel.Open(path);
        return model.Id.Value;
    }

    private static float[] Logits(LlamaModel model)
    {
        using var device = new Compute.Host.HostDevice(1);
        using var sequence = new HostLlama(model, device.Workers).NewSequence(8);
        return sequence.Append([1, 80, 147, 201, 282, 57]).ToArray();
    }

    private static void WriteShards(ModelFolder folder, TensorFormat format)
    {
        using var file = Inference.Safetensors.SafetensorsFile.Open(
            SharedModels.Find("models/tinystories-656K/model.safetensors"));
        var tensors = file.Tensors.Select(one =>
        {
            var (rows, columns) = ((int)one.Value.Rows, (int)one.Value.Columns);
            var values = new float[rows * columns];

            for (var row = 0; row < rows; row++)
            {
                RowFormat.Decode(TensorFormat.F32, one.Value.Row(row), values.AsSpan(row * columns, columns));
            }

            int[] shape = rows == 1 ? [columns] : [rows, columns];
            return (one.Key, format, shape, values);
        }).ToList();
        var map = new System.Text.Json.Nodes.JsonObject();

        foreach (var (part, at) in tensors.Chunk(6).Select((part, at) => (part, at)))
        {
            File.WriteAllBytes(folder.At($"part-{at}.safetensors"), ModelFolder.Weights(part));

            foreach (var (name, _, _, _) in part)
            {
                map[name] = $"part-{at}.safetensors";
            }
        }

        File.WriteAllText(
            folder.At("model.safetensors.index.json"),
            new System.Text.Json.Nodes.JsonObject { ["weight_map"] = map }.ToJsonString());
    }

    private static EqualityComparer<float> Close(float tolerance) => EqualityComparer<float>.Create(
        (a, b) => MathF.Abs(a - b) <= tolerance, _ => 0);
}
