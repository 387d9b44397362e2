using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>
/// The end of an order of embeddings; the vectors have been uploaded before: [inputs][width], each number a float of 32
/// bits, little-endian, each vector of length 1.
/// </summary>
/// <param name="PromptTokens">Tokens of all inputs as they were embedded.</param>
/// <param name="VectorsSha256">Hash of the uploaded file.</param>
/// <param name="VectorsBytes">Its length.</param>
/// <param name="Work">The order's work id, so that any host can find it after a reconnect.</param>
/// <param name="Signature">
/// Base64 of the device's signature over <see cref="ResultStatement.Embedding"/>; without one it is refused.
/// </param>
[MessagePackObject]
public sealed record EmbeddingDoneMessage(
    [property: Key(0)] string Attempt,
    [property: Key(1)] int PromptTokens,
    [property: Key(2)] string VectorsSha256,
    [property: Key(3)] long VectorsBytes,
    [property: Key(4)] string? Work = null,
    [property: Key(5)] string? Signature = null);
