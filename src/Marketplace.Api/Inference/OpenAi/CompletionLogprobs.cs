using System.Text.Json.Serialization;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// How likely the tokens of a text were, behind those of the prompt where that is echoed: lists with one entry for
/// each.
/// </summary>
/// <param name="Tokens">Their texts.</param>
/// <param name="TokenLogprobs">
/// Natural logarithms of their probabilities; null of a prompt's first, which follows none.
/// </param>
/// <param name="TopLogprobs">
/// The likeliest tokens in their places, each with its logarithm; null of a prompt's first.
/// </param>
/// <param name="TextOffset">Where they begin in the text, in characters.</param>
internal sealed record CompletionLogprobs(
    IReadOnlyList<string> Tokens,
    [property: JsonPropertyName("token_logprobs")] IReadOnlyList<float?> TokenLogprobs,
    [property: JsonPropertyName("top_logprobs")] IReadOnlyList<IReadOnlyDictionary<string, float>?> TopLogprobs,
    [property: JsonPropertyName("text_offset")] IReadOnlyList<int> TextOffset)
{
    /// <param name="tokens">Null where nobody asked.</param>
    /// <param name="offset">Characters of the text before them.</param>
    public static CompletionLogprobs? Of(IReadOnlyList<Token>? tokens, int offset)
    {
        if (tokens is null)
        {
            return null;
        }

        var offsets = new int[tokens.Count];

        for (var at = 0; at < tokens.Count; at++)
        {
            (offsets[at], offset) = (offset, offset + tokens[at].Text.Length);
        }

        return new(
            [.. tokens.Select(token => token.Probabilities is { } told ? TokenBytes.Show(told[0].Bytes) : token.Text)],
            [.. tokens.Select(token => token.Probabilities?[0].Logprob)],
            [.. tokens.Select(token => token.Probabilities is { } told ? Top(told) : null)],
            offsets);
    }

    /// <summary>Two tokens may have the same text: the likelier one stands for both.</summary>
    private static Dictionary<string, float> Top(IReadOnlyList<TokenProbability> told) => told
        .Skip(1)
        .Select(one => (Text: TokenBytes.Show(one.Bytes), one.Logprob))
        .DistinctBy(one => one.Text, StringComparer.Ordinal)
        .ToDictionary(one => one.Text, one => one.Logprob, StringComparer.Ordinal);
}
