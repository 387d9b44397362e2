using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Tests.Rails;

/// <summary>The first rail, on a local chain.</summary>
[Trait("Category", "Chain")]
public sealed class SolanaRailTests : SettlementRailContract
{
    private protected override Task<RailWorld> Open() => LocalnetRailWorld.Open(RailName.Solana);
}
