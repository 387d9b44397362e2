namespace Marketplace.Grains.Abstractions.Devices;

/// <summary>A session of an agent; the token is a secret and is shown this once.</summary>
[GenerateSerializer, Immutable, Alias("AgentSession")]
public sealed record AgentSession(
    [property: Id(0)] string Token,
    [property: Id(1)] DateTimeOffset ExpiresAt);
