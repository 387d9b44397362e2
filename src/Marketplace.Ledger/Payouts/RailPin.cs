using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Payouts;

/// <summary>A rail and the chain that it means; a lane keeps both for ever.</summary>
/// <param name="Rail">The rail.</param>
/// <param name="Chain">What names the chain, such as a genesis hash; null leaves the lane's as it is.</param>
public sealed record RailPin(RailName Rail, string? Chain)
{
    /// <summary>The first rail, on whichever chain the lane is.</summary>
    public static RailPin First { get; } = new(RailName.Solana, null);
}
