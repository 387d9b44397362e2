namespace Marketplace.Grains.Abstractions.Devices;

/// <summary>What an agent signs to prove that it holds the device's key; valid for one minute.</summary>
[GenerateSerializer, Immutable, Alias("AgentChallenge")]
public sealed record AgentChallenge(
    [property: Id(0)] byte[] Nonce,
    [property: Id(1)] DateTimeOffset ExpiresAt);
