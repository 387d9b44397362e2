using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>One file of a model that is more than one.</summary>
/// <param name="Path">Its plain name, such as <c>config.json</c>.</param>
[MessagePackObject]
public sealed record ModelFileMessage(
    [property: Key(0)] string Path,
    [property: Key(1)] string Sha256,
    [property: Key(2)] long Bytes);
