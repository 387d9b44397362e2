namespace Marketplace.Domain.Inference;

/// <summary>A token that was or could have been drawn in one place of a text.</summary>
/// <param name="Id">Its number in the model's vocabulary.</param>
/// <param name="Bytes">Its text in UTF-8; a part of a sequence where the token is one.</param>
/// <param name="Logprob">Natural logarithm of its probability, 0 or less.</param>
[GenerateSerializer, Immutable, Alias("TokenProbability")]
public sealed record TokenProbability(
    [property: Id(0)] int Id,
    [property: Id(1)] byte[] Bytes,
    [property: Id(2)] float Logprob);
