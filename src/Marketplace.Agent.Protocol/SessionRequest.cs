using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>Ends a sign-in.</summary>
/// <param name="Nonce">Base64 of the challenge.</param>
/// <param name="Signature">Base64 of the Ed25519 signature.</param>
[MessagePackObject]
public sealed record SessionRequest(
    [property: Key(0)] string DeviceId,
    [property: Key(1)] string Nonce,
    [property: Key(2)] string Signature);
