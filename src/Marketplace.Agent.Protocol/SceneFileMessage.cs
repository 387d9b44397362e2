using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>One file of a scene.</summary>
[MessagePackObject]
public sealed record SceneFileMessage(
    [property: Key(0)] string Path,
    [property: Key(1)] string Sha256,
    [property: Key(2)] long Bytes);
