using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>An order of embeddings: one vector for each input, in their order.</summary>
/// <param name="Model">Name in the catalogue.</param>
/// <param name="ModelSha256">Hash of the weights' file.</param>
/// <param name="ModelBytes">Length of that file.</param>
/// <param name="Inputs">What becomes a vector each; at most 2,048.</param>
/// <param name="Files">As in <see cref="TextOrderMessage.Files"/>.</param>
[MessagePackObject]
public sealed record EmbeddingOrderMessage(
    [property: Key(0)] string Model,
    [property: Key(1)] string ModelSha256,
    [property: Key(2)] long ModelBytes,
    [property: Key(3)] EmbeddingInputMessage[] Inputs,
    [property: Key(4)] ModelFileMessage[]? Files = null);
