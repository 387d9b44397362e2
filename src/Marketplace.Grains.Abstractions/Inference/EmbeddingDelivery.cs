using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>The end of an attempt at an order of embeddings; the vectors are in the blob store.</summary>
/// <param name="Bytes">Length of their file.</param>
/// <param name="Result">Hash of the file and tokens embedded, with the device's signature, checked.</param>
[GenerateSerializer, Immutable, Alias("EmbeddingDelivery")]
public sealed record EmbeddingDelivery(
    [property: Id(0)] long Bytes,
    [property: Id(1)] SignedResult Result)
{
    /// <summary>Name of the reading of tokens in the device's meter.</summary>
    public const string PromptTokens = "promptTokens";
}
