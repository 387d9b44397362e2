namespace Marketplace.Agent.Market;

/// <summary>A signed-in session of the device.</summary>
/// <param name="Token">A secret; goes into the Authorization header as bearer.</param>
/// <param name="RenewAt">When to sign in again, by the rig's clock; some time before the market's expiry.</param>
internal sealed record Session(string Token, DateTimeOffset RenewAt)
{
    /// <summary>Without the token, so that it gets into no log.</summary>
    public override string ToString() => $"session until {RenewAt:O}";
}
