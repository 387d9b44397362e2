using Marketplace.Domain.Verification;

namespace Marketplace.Api.AgentGateway;

/// <summary>What a delivery says of who made it.</summary>
internal abstract record ResultClaim
{
    private ResultClaim()
    {
    }

    /// <summary>Nothing: the agent is of a version that signs nothing.</summary>
    internal sealed record Unsigned : ResultClaim;

    /// <summary>Signed by the device's key.</summary>
    internal sealed record Signed(SignedResult Result) : ResultClaim;

    /// <summary>With a signature that is not the device's over this delivery.</summary>
    internal sealed record Forged : ResultClaim;

    /// <summary>What goes on the receipt; null when nothing was signed.</summary>
    public SignedResult? Kept => (this as Signed)?.Result;
}
