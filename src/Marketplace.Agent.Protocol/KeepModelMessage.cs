using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>A model that a rig is asked to load ahead of work and keep: unpaid, and it may decline.</summary>
/// <param name="Files">As in <see cref="TextOrderMessage.Files"/>.</param>
[MessagePackObject]
public sealed record KeepModelMessage(
    [property: Key(0)] string Name,
    [property: Key(1)] string Sha256,
    [property: Key(2)] long Bytes,
    [property: Key(3)] ModelFileMessage[]? Files);
