using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>The end of a render unit; the sums have been uploaded before.</summary>
/// <param name="Work">The order's work id, so that any host can find it after a reconnect.</param>
[MessagePackObject]
public sealed record UnitDoneMessage(
    [property: Key(0)] string Attempt,
    [property: Key(1)] string SumsSha256,
    [property: Key(2)] long SumsBytes,
    [property: Key(3)] string? Work = null);
