using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>The attempt cannot be finished.</summary>
/// <param name="Code">Stable word: model-corrupt, scene-corrupt, out-of-memory, device-fault, unsupported.</param>
/// <param name="OrderAtFault">
/// True when no other rig could do it either: the work ends when a device of another provider says so too.
/// </param>
/// <param name="Work">The order's work id, so that any host can find it after a reconnect.</param>
[MessagePackObject]
public sealed record FailedMessage(
    [property: Key(0)] string Attempt,
    [property: Key(1)] string Code,
    [property: Key(2)] string Detail,
    [property: Key(3)] bool OrderAtFault,
    [property: Key(4)] string? Work = null);
