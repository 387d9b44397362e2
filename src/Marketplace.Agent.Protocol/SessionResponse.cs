using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>A session: the token goes into the Authorization header as bearer.</summary>
[MessagePackObject]
public sealed record SessionResponse(
    [property: Key(0)] string Token,
    [property: Key(1)] DateTimeOffset ExpiresAt);
