using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests.Architectures;

/// <summary>Every architecture and every stretching of positions against the reference in double precision.</summary>
[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class ArchitectureTests(KernelDevice device)
{
    private const float Tolerance = 2e-5f;
    private const int PositionsOnInterpreter = 9;

    private const string Linear = """{"rope_scaling": {"rope_type": "linear", "factor": 4.0}}""";

    private const string Llama3 = """
        {"rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
         "original_max_position_embeddings": 64}}
        """;

    private const string Yarn = """
        {"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 128}}
        """;

    private const string YarnStated = """
        {"head_dim": 32, "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 128,
         "beta_fast": 16.0, "beta_slow": 2.0, "attention_factor": 1.25}}
        """;

    // Fixed for all tests; longer than the window and the trained context's part that bends speeds.
    private static readonly int[] Tokens = [.. Enumerable.Range(0, 40).Select(at => 3 + (at * 17 % 37))];

    public static TheoryData<string, string?, bool> Models => new()
    {
        { "llama", null, false },
        { "llama", null, true },
        { "llama", """{"num_key_value_heads": 2, "head_dim": 10}""", false },
        { "llama", Linear, false },
        { "llama", Llama3, false },
        { "llama", Yarn, false },
        { "mistral", """{"sliding_window": 5}""", false },
        { "mistral", """{"sliding_window": null}""", false },
        { "qwen2", null, true },
        { "qwen2", YarnStated, false },
        { "qwen3", """{"head_dim": 8}""", true },
        { "qwen3", """{"head_dim": 8, "rope_theta": 1000000.0}""", false },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void The_Host_gives_the_reference_logits(string type, string? extra, bool isTied)
    {
        var small = new SmallModel(type, extra, isTied);
        using var folder = small.WriteFolder();
        using var model = LlamaModel.Open(folder.Location);

        Assert.Equal(type, model.Architecture);
        AssertHost(small, model);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void ILGPU_gives_the_reference_logits(string type, string? extra, bool isTied)
    {
        var small = new SmallModel(type, extra, isTied);
        var tokens = device.IsInterpreter ? Tokens[..PositionsOnInterpreter] : Tokens;
        using var folder = small.WriteFolder();
        using var model = LlamaModel.Open(folder.Location);
        using var llama = new IlgpuLlama(model, device.Device);
        using var sequence = llama.NewSequence(tokens.Length);

        var found = sequence.Append(tokens).ToArray();

        AssertClose(new ReferenceForward(small.Config, small.Weights).Logits(tokens)[^1], found, Tolerance);
    }

    [Theory]
    [InlineData("llama", null)]
    [InlineData("qwen2", null)]
    [InlineData("qwen3", """{"head_dim": 8}""")]
    [InlineData("llama", Linear)]
    [InlineData("llama", Llama3)]
    [InlineData("llama", Yarn)]
    [InlineData("mistral", """{"sliding_window": 5}""")]
    public void A_GGUF_gives_the_reference_logits(string type, string? extra)
    {
        var small = new SmallModel(type, extra);
        using var file = small.WriteGguf(writer => AddScaling(writer, small));
        using var model = LlamaModel.Open(file.Location);

        AssertHost(small, model);
    }

    [Theory]
    [InlineData(TensorFormat.F16)]
    [InlineData(TensorFormat.BF16)]
    public void Norms_and_biases_may_be_stored_as_halves(TensorFormat format)
    {
        var small = new SmallModel("qwen2");

        foreach (var values in small.Weights.Values)
        {
            var stored = new byte[RowFormat.RowBytes(format, values.Length)];
            RowFormat.Encode(format, values, stored);
            RowFormat.Decode(format, stored, values);
        }

        using var folder = small.WriteFolder(format);
        using var model = LlamaModel.Open(folder.Location);

        AssertHost(small, model);
    }

    [Theory]
    [InlineData("llama", """{"rope_scaling": {"rope_type": "dynamic", "factor": 2.0}}""", "'dynamic', allowed are")]
    [InlineData("llama", """{"rope_scaling": {"type": "longrope"}}""", "'longrope', allowed are")]
    [InlineData("llama", """{"rope_scaling": {"rope_type": "linear"}}""", "rope_scaling.factor is missing")]
    [InlineData("llama", """{"hidden_act": "gelu"}""", "hidden_act is 'gelu'")]
    [InlineData("llama", """{"head_dim": 7}""", "do not divide evenly")]
    [InlineData("qwen2", """{"use_sliding_window": true}""", "use_sliding_window is true")]
    [InlineData("gemma", null, "model_type is 'gemma', allowed are")]
    [InlineData("llama", """{"quantization_config": {"bits": 4}}""", "quantization_config is not supported")]
    public void What_is_not_supported_is_refused_by_name(string type, string? extra, string offence)
    {
        using var folder = new SmallModel(type, extra).WriteFolder();

        var fault = Assert.Throws<ModelFormatException>(() => LlamaModel.Open(folder.Location));

        Assert.Contains(offence, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("qwen2", "self_attn.q_proj.bias", "blk.1.attn_q.bias")]
    [InlineData("qwen2", "self_attn.k_proj.bias", "blk.1.attn_k.bias")]
    [InlineData("qwen2", "self_attn.v_proj.bias", "blk.1.attn_v.bias")]
    [InlineData("qwen3", "self_attn.q_norm.weight", "blk.1.attn_q_norm.weight")]
    [InlineData("qwen3", "self_attn.k_norm.weight", "blk.1.attn_k_norm.weight")]
    public void A_tensor_that_the_architecture_lives_by_must_be_there(string type, string part, string name)
    {
        var small = new SmallModel(type, """{"head_dim": 8}""");
        Assert.True(small.Weights.Remove($"model.layers.1.{part}"));
        using var folder = small.WriteFolder();
        using var file = small.WriteGguf();

        foreach (var path in new[] { folder.Location, file.Location })
        {
            var fault = Assert.Throws<ModelFormatException>(() => LlamaModel.Open(path));

            Assert.Contains($"tensor {name} is missing: every layer of {type} has it", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("qwen2", ".bias")]
    [InlineData("qwen3", "_norm.weight")]
    public void A_model_without_any_of_them_is_no_model_of_that_architecture(string type, string ending)
    {
        var small = new SmallModel(type, """{"head_dim": 8}""");

        foreach (var name in small.Weights.Keys.Where(name => name.EndsWith(ending, StringComparison.Ordinal)).ToList())
        {
            small.Weights.Remove(name);
        }

        using var folder = small.WriteFolder();

        Assert.Contains(
            "is missing: every layer of", Assert.Throws<ModelFormatException>(() => LlamaModel.Open(folder.Location)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_would_not_be_applied_is_refused()
    {
        using var folder = new SmallModel("qwen3", """{"head_dim": 8}""").WriteFolder();
        folder.Change("config.json", json => json["model_type"] = "llama");
        using var readable = LlamaModel.Open(folder.Location);
        var bytes = File.ReadAllText(folder.At("model.safetensors"), System.Text.Encoding.Latin1);
        File.WriteAllText(
            folder.At("model.safetensors"),
            bytes.Replace("0.self_attn.q_norm.weight", "0.self_attn.q_nurm.weight", StringComparison.Ordinal),
            System.Text.Encoding.Latin1);

        var fault = Assert.Throws<ModelFormatException>(() => LlamaModel.Open(folder.Location));

        Assert.Contains("only one of attn_q_norm", fault.Message, StringComparison.Ordinal);
    }

    private static void AddScaling(GgufWriter writer, SmallModel small)
    {
        if (small.Config["rope_scaling"] is not { } scaling)
        {
            return;
        }

        switch ((string)scaling["rope_type"]!)
        {
            case "llama3":
                // As the converter does: each pair's divisor in a tensor.
                var shape = new RopeScaling.Llama3(8, 1, 4, 64);
                writer.AddTensor("rope_freqs.weight", TensorFormat.F32, 3, 1, (_, values) =>
                {
                    for (var pair = 0; pair < values.Length; pair++)
                    {
                        var speed = Math.Pow(10_000, -2.0 * pair / 6);
                        values[pair] = (float)(speed / shape.Speed(speed, pair, 6, 10_000));
                    }
                });
                break;
            case var type:
                writer.Add("llama.rope.scaling.type", type);
                writer.Add("llama.rope.scaling.factor", (float)scaling["factor"]!);
                writer.Add("llama.rope.scaling.original_context_length", 128u);
                break;
        }
    }

    private static void AssertHost(SmallModel small, LlamaModel model)
    {
        var expected = new ReferenceForward(small.Config, small.Weights).Logits(Tokens);
        using var workers = new HostDevice(1);
        using var sequence = new HostLlama(model, workers.Workers).NewSequence(Tokens.Length);
        var rows = 0;

        sequence.AppendAll(Tokens, (at, logits) =>
        {
            AssertClose(expected[at], logits, Tolerance);
            rows++;
        });

        Assert.Equal(Tokens.Length, rows);
    }

    private static void AssertClose(double[] expected, ReadOnlySpan<float> found, float tolerance)
    {
        var worst = 0.0;

        for (var at = 0; at < expected.Length; at++)
        {
            worst = Math.Max(worst, Math.Abs(expected[at] - found[at]));
        }

        Assert.True(worst <= tolerance, $"largest difference {worst}, allowed {tolerance}");
    }
}
