using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>Tokens as they are made.</summary>
/// <param name="First">Index of the first one within the whole text.</param>
[GenerateSerializer, Immutable, Alias("TokenBatch")]
public sealed record TokenBatch(
    [property: Id(0)] int First,
    [property: Id(1)] IReadOnlyList<Token> Tokens);
