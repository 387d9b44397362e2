namespace Marketplace.Domain.Inference;

/// <summary>One generated token.</summary>
/// <param name="Id">Its number in the model's vocabulary.</param>
/// <param name="Text">Its text; empty while a UTF-8 sequence is incomplete.</param>
/// <param name="Probabilities">Where the order asks for them: of this token first, then of the likeliest.</param>
[GenerateSerializer, Immutable, Alias("Token")]
public sealed record Token(
    [property: Id(0)] int Id,
    [property: Id(1)] string Text,
    [property: Id(2)] IReadOnlyList<TokenProbability>? Probabilities = null)
{
    /// <summary>Whether both are the same piece of text, whatever was told beside it.</summary>
    public bool IsSameAs(Token other) => Id == other.Id && Text == other.Text;
}
