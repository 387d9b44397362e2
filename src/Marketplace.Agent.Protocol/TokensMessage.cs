using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>Tokens as they are made.</summary>
/// <param name="First">Index of the first within the whole text.</param>
/// <param name="Work">The order's work id, so that any host can find it after a reconnect.</param>
[MessagePackObject]
public sealed record TokensMessage(
    [property: Key(0)] string Attempt,
    [property: Key(1)] int First,
    [property: Key(2)] TokenMessage[] Tokens,
    [property: Key(3)] string? Work = null);
