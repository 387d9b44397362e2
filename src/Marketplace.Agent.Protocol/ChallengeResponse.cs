using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>What to sign; see <see cref="AgentRoutes.ChallengeContext"/>.</summary>
/// <param name="Nonce">Base64.</param>
[MessagePackObject]
public sealed record ChallengeResponse(
    [property: Key(0)] string Nonce);
