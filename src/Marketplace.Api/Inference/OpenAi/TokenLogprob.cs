using System.Text.Json.Serialization;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A token of an answer and how likely it was.</summary>
/// <param name="Token" example=" girl">
/// Its text; <c>bytes:\xf0\x9f</c> where the token is a part of a character.
/// </param>
/// <param name="Logprob" example="-0.31">Natural logarithm of its probability, before temperature and filters.</param>
/// <param name="Bytes">Its text in UTF-8.</param>
/// <param name="TopLogprobs">The likeliest tokens in its place.</param>
internal sealed record TokenLogprob(
    string Token,
    float Logprob,
    IReadOnlyList<int> Bytes,
    [property: JsonPropertyName("top_logprobs")] IReadOnlyList<TokenLogprob.TopLogprob> TopLogprobs)
{
    /// <summary>A token that could have been chosen.</summary>
    /// <param name="Token" example=" boy">Its text.</param>
    /// <param name="Logprob" example="-1.7">Natural logarithm of its probability.</param>
    /// <param name="Bytes">Its text in UTF-8.</param>
    internal sealed record TopLogprob(string Token, float Logprob, IReadOnlyList<int> Bytes);

    public static TokenLogprob Of(Token token)
    {
        var own = token.Probabilities![0];
        return new(
            TokenBytes.Show(own.Bytes),
            own.Logprob,
            Numbers(own.Bytes),
            [.. token.Probabilities.Skip(1).Select(one => new TopLogprob(
                TokenBytes.Show(one.Bytes), one.Logprob, Numbers(one.Bytes)))]);
    }

    private static int[] Numbers(byte[] bytes) => [.. bytes.Select(one => (int)one)];
}
