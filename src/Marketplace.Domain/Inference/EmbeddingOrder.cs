using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Inference;

/// <summary>
/// The part of an order that asks for vectors in place of a text. Two are equal when all of it is, input by input.
/// </summary>
/// <param name="Inputs">One to <see cref="EmbeddingLimits.InputsMax"/>; each becomes a vector.</param>
/// <param name="Tokens">Tokens of all inputs as the platform counts them: what is priced and charged.</param>
/// <param name="Width">Numbers of one vector of the model.</param>
[GenerateSerializer, Immutable, Alias("EmbeddingOrder")]
public sealed record EmbeddingOrder(
    [property: Id(0)] IReadOnlyList<EmbeddingInput> Inputs,
    [property: Id(1)] int Tokens,
    [property: Id(2)] int Width)
{
    /// <summary>Bytes of the vectors: [inputs][width], each number a float of 32 bits, little-endian.</summary>
    public long VectorBytes => (long)Inputs.Count * Width * EmbeddingLimits.NumberBytes;

    public bool Equals(EmbeddingOrder? other) =>
        other is not null && Tokens == other.Tokens && Width == other.Width && Inputs.SequenceEqual(other.Inputs);

    public override int GetHashCode() =>
        Inputs.Aggregate(HashCode.Combine(Tokens, Width), HashCode.Combine);

    /// <summary>
    /// The inputs as a canonical JSON array of texts and arrays of numbers: what a receipt hashes as the input.
    /// </summary>
    public string InputText() => $"[{string.Join(',', Inputs.Select(InputText))}]";

    private static string InputText(EmbeddingInput input) => input.Text is { } text
        ? CanonicalJson.Write(text)
        : $"[{string.Join(',', (input.Tokens ?? []).Select(token => CanonicalJson.Write(token)))}]";
}
