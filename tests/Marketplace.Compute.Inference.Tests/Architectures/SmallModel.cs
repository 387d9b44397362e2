using System.Text.Json.Nodes;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Tests.Safetensors;

namespace Marketplace.Compute.Inference.Tests.Architectures;

/// <summary>A small model with random weights in Hugging Face's names, to be written in either container.</summary>
internal sealed class SmallModel
{
    public const int Vocabulary = 40;

    private const int Dimension = 24;
    private const int FeedForward = 44;
    private const int Layers = 2;
    private const int Heads = 4;
    private const int Shared = 2;
    private const int Controls = 3;

    private readonly Dictionary<string, int[]> _shapes = [];

    public SmallModel(string type, string? extra = null, bool isTied = false)
    {
        Config = new()
        {
            ["model_type"] = type,
            ["hidden_size"] = Dimension,
            ["intermediate_size"] = FeedForward,
            ["num_hidden_layers"] = Layers,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = Shared,
            ["vocab_size"] = Vocabulary,
            ["max_position_embeddings"] = 512,
            ["rms_norm_eps"] = 1e-6,
            ["rope_theta"] = 10_000.0,
            ["hidden_act"] = "silu",
            ["tie_word_embeddings"] = isTied,
            ["eos_token_id"] = 2,
        };

        foreach (var (name, value) in JsonNode.Parse(extra ?? "{}")!.AsObject())
        {
            Config[name] = value?.DeepClone();
        }

        Add(type, isTied);
    }

    public JsonObject Config { get; }

    public Dictionary<string, float[]> Weights { get; } = [];

    /// <summary>Tokens with another text than their number, in both containers.</summary>
    public Dictionary<int, (string Text, bool IsControl)> Tokens { get; } = [];

    private string Type => (string)Config["model_type"]!;

    private int HeadSize => (int?)Config["head_dim"] ?? (Dimension / Heads);

    public ModelFolder WriteFolder(TensorFormat format = TensorFormat.F32)
    {
        var folder = new ModelFolder();
        File.WriteAllText(folder.At("config.json"), Config.ToJsonString());
        File.WriteAllText(folder.At("tokenizer.json"), Tokenizer());
        File.WriteAllBytes(
            folder.At("model.safetensors"),
            ModelFolder.Weights(Weights.Select(one => (one.Key, format, _shapes[one.Key], one.Value))));
        return folder;
    }

    /// <summary>As llama.cpp's converter writes it: queries and keys of <c>llama</c> and <c>mistral</c> permuted to neighbours.</summary>
    public ModelFile WriteGguf(Action<GgufWriter>? more = null)
    {
        var architecture = Type;
        var writer = new GgufWriter();
        writer.Add("general.architecture", architecture);
        writer.Add($"{architecture}.context_length", 512u);
        writer.Add($"{architecture}.embedding_length", (uint)Dimension);
        writer.Add($"{architecture}.feed_forward_length", (uint)FeedForward);
        writer.Add($"{architecture}.block_count", (uint)Layers);
        writer.Add($"{architecture}.attention.head_count", (uint)Heads);
        writer.Add($"{architecture}.attention.head_count_kv", (uint)Shared);
        writer.Add($"{architecture}.attention.layer_norm_rms_epsilon", 1e-6f);
        writer.Add($"{architecture}.attention.key_length", (uint)HeadSize);
        writer.Add($"{architecture}.attention.value_length", (uint)HeadSize);
        writer.Add("tokenizer.ggml.model", "llama");
        writer.Add(
            "tokenizer.ggml.tokens",
            Enumerable.Range(0, Vocabulary)
                .Select(id => Tokens.TryGetValue(id, out var token) ? token.Text : $"t{id}").ToArray());
        writer.Add(
            "tokenizer.ggml.token_type",
            Enumerable.Range(0, Vocabulary)
                .Select(id => id < Controls || Tokens.GetValueOrDefault(id).IsControl ? 3 : 1).ToArray());

        if ((uint?)(int?)Config["sliding_window"] is { } window)
        {
            writer.Add($"{architecture}.attention.sliding_window", window);
        }

        more?.Invoke(writer);

        foreach (var (name, values) in Weights)
        {
            var shape = _shapes[name];
            var isPermuted = architecture is "llama" or "mistral"
                && (name.Contains(".q_proj.", StringComparison.Ordinal) || name.Contains(".k_proj.", StringComparison.Ordinal));
            var (rows, columns) = shape.Length == 2 ? (shape[0], shape[1]) : (1, shape[0]);
            writer.AddTensor(
                Inference.Safetensors.TensorNames.Of(name)!, TensorFormat.F32, columns, rows, (row, target) => values
                    .AsSpan((isPermuted ? Permuted(row) : row) * columns, columns).CopyTo(target));
        }

        using var bytes = new MemoryStream();
        writer.Write(bytes);
        return new ModelFile(bytes.ToArray());
    }

    /// <summary>Where the file's row 2j + s of a head comes from: row s * size / 2 + j.</summary>
    private int Permuted(int row)
    {
        var within = row % HeadSize;
        return row - within + (within % 2 * HeadSize / 2) + (within / 2);
    }

    private void Add(string type, bool isTied)
    {
        var random = new Random(Config.ToJsonString().Length);
        Tensor(random, "model.embed_tokens.weight", Vocabulary, Dimension);
        Tensor(random, "model.norm.weight", Dimension);

        if (!isTied)
        {
            Tensor(random, "lm_head.weight", Vocabulary, Dimension);
        }

        for (var layer = 0; layer < Layers; layer++)
        {
            var name = $"model.layers.{layer}.";
            Tensor(random, name + "input_layernorm.weight", Dimension);
            Tensor(random, name + "post_attention_layernorm.weight", Dimension);
            Tensor(random, name + "self_attn.q_proj.weight", Heads * HeadSize, Dimension);
            Tensor(random, name + "self_attn.k_proj.weight", Shared * HeadSize, Dimension);
            Tensor(random, name + "self_attn.v_proj.weight", Shared * HeadSize, Dimension);
            Tensor(random, name + "self_attn.o_proj.weight", Dimension, Heads * HeadSize);
            Tensor(random, name + "mlp.gate_proj.weight", FeedForward, Dimension);
            Tensor(random, name + "mlp.up_proj.weight", FeedForward, Dimension);
            Tensor(random, name + "mlp.down_proj.weight", Dimension, FeedForward);

            if (type == "qwen2")
            {
                Tensor(random, name + "self_attn.q_proj.bias", Heads * HeadSize);
                Tensor(random, name + "self_attn.k_proj.bias", Shared * HeadSize);
                Tensor(random, name + "self_attn.v_proj.bias", Shared * HeadSize);
            }

            if (type == "qwen3")
            {
                Tensor(random, name + "self_attn.q_norm.weight", HeadSize);
                Tensor(random, name + "self_attn.k_norm.weight", HeadSize);
            }
        }
    }

    private void Tensor(Random random, string name, params int[] shape)
    {
        var isMatrix = shape.Length == 2;
        var spread = isMatrix ? MathF.Sqrt(3f / shape[1]) : 0.5f;
        var centre = isMatrix || name.EndsWith("bias", StringComparison.Ordinal) ? 0f : 1f;
        _shapes[name] = shape;
        Weights[name] =
        [
            .. Enumerable.Range(0, shape.Aggregate((a, b) => a * b))
                .Select(_ => centre + (((random.NextSingle() * 2) - 1) * spread)),
        ];
    }

    private string Tokenizer()
    {
        var vocabulary = new JsonObject();

        for (var id = 0; id < Vocabulary; id++)
        {
            var text = Tokens.TryGetValue(id, out var token) ? token.Text
                : id < Controls ? $"<{id}>" : ((char)('a' + id)).ToString();
            vocabulary[text] = id;
        }

        var added = Tokens.Where(token => token.Value.IsControl).Select(token => (JsonNode)new JsonObject
        {
            ["id"] = token.Key,
            ["content"] = token.Value.Text,
            ["special"] = true,
        });

        return new JsonObject
        {
            ["added_tokens"] = new JsonArray([.. added]),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "Replace",
                ["pattern"] = new JsonObject { ["String"] = " " },
                ["content"] = "\u2581",
            },
            ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        }.ToJsonString();
    }
}
