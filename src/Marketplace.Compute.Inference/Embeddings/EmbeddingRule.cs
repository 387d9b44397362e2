using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Embeddings;

/// <summary>How a model makes one vector of a text, as its file says.</summary>
/// <param name="Pooling">Which states make it.</param>
/// <param name="AddsEnd">Whether a text ends with the model's end token, as those that pool the last one want.</param>
public sealed record EmbeddingRule(Pooling Pooling, bool AddsEnd)
{
    private const int NoPooling = 0;
    private const int RankPooling = 4;

    /// <summary>Where a file says nothing: the mean, and no end token.</summary>
    public static EmbeddingRule Plain { get; } = new(Pooling.Mean, AddsEnd: false);

    /// <summary>The rule in a GGUF's metadata: <c>{architecture}.pooling_type</c>, <c>add_eos_token</c>.</summary>
    /// <exception cref="ModelFormatException">
    /// The model scores texts in place of making vectors, or sees a text in both directions.
    /// </exception>
    public static EmbeddingRule From(GgufFile file)
    {
        var architecture = file.Text("general.architecture");
        var key = $"{architecture}.pooling_type";

        // Attention that is not applied as the model was trained would give other vectors without a word.
        if (!file.Flag($"{architecture}.attention.causal", fallback: true))
        {
            throw new ModelFormatException(
                $"metadata {architecture}.attention.causal is false: attention in both directions is not supported");
        }

        return new(
            PoolingOf(file) ?? throw new ModelFormatException(
                $"metadata {key} is {RankPooling}, rank: the model scores pairs of texts and makes no embeddings"),
            file.Flag("tokenizer.ggml.add_eos_token", fallback: false));
    }

    /// <summary>Which states make a vector, as the file says; null where it makes none.</summary>
    /// <exception cref="ModelFormatException">It says what no file may.</exception>
    internal static Pooling? PoolingOf(GgufFile file)
    {
        var key = $"{file.Text("general.architecture")}.pooling_type";
        var pooling = file.Number(key, NoPooling, RankPooling, NoPooling);

        return pooling switch
        {
            NoPooling => Embeddings.Pooling.Mean,
            RankPooling => null,
            _ => (Pooling)pooling,
        };
    }

    /// <summary>The tokens of a text that is to become a vector, the begin token first where there is one.</summary>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    public IReadOnlyList<int> Encode(ITokenizer tokenizer, string text)
    {
        var tokens = tokenizer.Encode(text);

        return AddsEnd && tokens[^1] != tokenizer.End ? [.. tokens, tokenizer.End] : tokens;
    }
}
