using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>What becomes one vector. Exactly one of text and tokens is set.</summary>
/// <param name="Text">A text; the model's marks are added, as its file says.</param>
/// <param name="Tokens">Tokens as they stand.</param>
[MessagePackObject]
public sealed record EmbeddingInputMessage(
    [property: Key(0)] string? Text,
    [property: Key(1)] int[]? Tokens = null);
