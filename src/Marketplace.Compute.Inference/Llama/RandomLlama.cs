using System.Globalization;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Llama;

/// <summary>
/// Writes a model with random weights of a real model's sizes: for measuring speed, where only the sizes matter, and
/// for tests that need a file of their own. Its texts mean nothing.
/// </summary>
public static class RandomLlama
{
    private const int Controls = 3;
    private const int ControlKind = 3;
    private const int Bytes = 256;

    /// <summary>134 million parameters: 12 layers of 768, vocabulary 32,000.</summary>
    public static LlamaShape Shape134M { get; } = new()
    {
        Dimension = 768,
        FeedForward = 2_048,
        Layers = 12,
        Heads = 12,
        KeyValueHeads = 12,
        Vocabulary = 32_000,
        Context = 1_024,
        NormEpsilon = 1e-5f,
        RopeBase = 10_000f,
    };

    /// <summary>
    /// The smallest model that has everything: grouped heads, sizes that are no multiples of a vector.
    /// </summary>
    public static LlamaShape ShapeTiny { get; } = new()
    {
        Dimension = 24,
        FeedForward = 44,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        Vocabulary = Controls + Bytes + 5,
        Context = 512,
        NormEpsilon = 1e-5f,
        RopeBase = 10_000f,
    };

    /// <summary>Writes the model; the same seed gives the same file.</summary>
    public static void Write(Stream output, LlamaShape shape, TensorFormat format, int seed) =>
        Write(output, shape, format, seed, isEndless: false);

    /// <summary>Writes a model that never ends a text by itself when it takes the likeliest token.</summary>
    public static void WriteEndless(Stream output, LlamaShape shape, TensorFormat format, int seed) =>
        Write(output, shape, format, seed, isEndless: true);

    /// <summary>Writes a model that is asked by a chat template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="controls">Texts of control tokens, which take the last ids of the vocabulary.</param>
    public static void WriteChat(
        Stream output, LlamaShape shape, int seed, string template, IReadOnlyList<string> controls) =>
        Write(output, shape, TensorFormat.F32, seed, isEndless: false, (template, controls));

    private static void Write(
        Stream output,
        LlamaShape shape,
        TensorFormat format,
        int seed,
        bool isEndless,
        (string Template, IReadOnlyList<string> Controls)? chat = null)
    {
        var writer = new GgufWriter();
        LlamaMetadata.AddTo(writer, "random", shape);
        AddTokenizer(writer, shape, chat?.Controls ?? []);

        if (chat is { Template: var template })
        {
            writer.Add(GgufFile.ChatTemplateKey, template);
        }

        var random = new Random(seed);
        var (dimension, hidden, keyValue) = (shape.Dimension, shape.FeedForward, shape.KeyValueDimension);

        void Matrix(string name, int rows, int columns)
        {
            // A uniform spread of 1 / sqrt(columns) keeps activations near 1 through any depth.
            var spread = MathF.Sqrt(3f / columns);
            writer.AddTensor(name, format, columns, rows, (_, values) => Fill(random, values, spread));
        }

        void Norm(string name) =>
            writer.AddTensor(name, TensorFormat.F32, dimension, 1, (_, values) => values.Fill(1f));

        Matrix("token_embd.weight", shape.Vocabulary, dimension);

        for (var layer = 0; layer < shape.Layers; layer++)
        {
            Norm($"blk.{layer}.attn_norm.weight");
            Matrix($"blk.{layer}.attn_q.weight", dimension, dimension);
            Matrix($"blk.{layer}.attn_k.weight", keyValue, dimension);
            Matrix($"blk.{layer}.attn_v.weight", keyValue, dimension);
            Matrix($"blk.{layer}.attn_output.weight", dimension, dimension);
            Norm($"blk.{layer}.ffn_norm.weight");
            Matrix($"blk.{layer}.ffn_gate.weight", hidden, dimension);
            Matrix($"blk.{layer}.ffn_up.weight", hidden, dimension);
            Matrix($"blk.{layer}.ffn_down.weight", dimension, hidden);
        }

        Norm("output_norm.weight");
        var silent = isEndless ? Controls : 0;
        var outputSpread = MathF.Sqrt(3f / dimension);
        writer.AddTensor("output.weight", format, dimension, shape.Vocabulary, (row, values) =>
        {
            Fill(random, values, outputSpread);

            // A logit of zero is never the largest of hundreds around zero.
            if (row < silent)
            {
                values.Clear();
            }
        });
        writer.Write(output);
    }

    private static void Fill(Random random, Span<float> values, float spread)
    {
        for (var at = 0; at < values.Length; at++)
        {
            values[at] = ((random.NextSingle() * 2) - 1) * spread;
        }
    }

    private static void AddTokenizer(GgufWriter writer, LlamaShape shape, IReadOnlyList<string> controls)
    {
        var (ids, first) = (Enumerable.Range(0, shape.Vocabulary), shape.Vocabulary - controls.Count);
        writer.Add("tokenizer.ggml.model", "llama");
        writer.Add("tokenizer.ggml.tokens", ids.Select(id => id < first ? Token(id) : controls[id - first]).ToArray());
        writer.Add("tokenizer.ggml.scores", ids.Select(id => -(float)id).ToArray());
        writer.Add("tokenizer.ggml.token_type", ids.Select(id => id < first ? Kind(id) : ControlKind).ToArray());
        writer.Add("tokenizer.ggml.bos_token_id", 1u);
        writer.Add("tokenizer.ggml.eos_token_id", 2u);
        writer.Add("tokenizer.ggml.unknown_token_id", 0u);
    }

    private static string Token(int id) => id switch
    {
        0 => "<unk>",
        1 => "<s>",
        2 => "</s>",
        < Controls + Bytes => string.Create(CultureInfo.InvariantCulture, $"<0x{id - Controls:X2}>"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\u2581w{id}"),
    };

    private static int Kind(int id) => id switch
    {
        0 => 2,
        < Controls => ControlKind,
        < Controls + Bytes => 6,
        _ => 1,
    };
}
