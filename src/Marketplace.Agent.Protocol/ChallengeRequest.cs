using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>Begins a sign-in.</summary>
[MessagePackObject]
public sealed record ChallengeRequest(
    [property: Key(0)] int ProtocolVersion,
    [property: Key(1)] string DeviceId);
