namespace Marketplace.Domain.Inference;

/// <summary>
/// What becomes one vector: a text, to which the model's marks are added, or tokens as they stand. Two are equal when
/// their texts or tokens are.
/// </summary>
/// <param name="Text">The text; null for tokens.</param>
/// <param name="Tokens">The tokens, in the order of the text; null for a text.</param>
[GenerateSerializer, Immutable, Alias("EmbeddingInput")]
public sealed record EmbeddingInput(
    [property: Id(0)] string? Text, [property: Id(1)] IReadOnlyList<int>? Tokens = null)
{
    public bool Equals(EmbeddingInput? other) =>
        other is not null
        && Text == other.Text
        && (Tokens is null ? other.Tokens is null : other.Tokens is not null && Tokens.SequenceEqual(other.Tokens));

    public override int GetHashCode() => HashCode.Combine(Text, Tokens?.Count);
}
