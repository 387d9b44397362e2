using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Tests.Rails;

/// <summary>A further rail: the same program on another chain, by configuration alone.</summary>
[Trait("Category", "Chain")]
public sealed class FurtherRailTests : SettlementRailContract
{
    private protected override Task<RailWorld> Open() => LocalnetRailWorld.Open(RailName.Parse("second-svm"));
}
