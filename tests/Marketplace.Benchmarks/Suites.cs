using Marketplace.Benchmarks.Compliance;
using Marketplace.Benchmarks.Inference;
using Marketplace.Benchmarks.Ledger;
using Marketplace.Benchmarks.Market;
using Marketplace.Benchmarks.Payouts;
using Marketplace.Benchmarks.Renders;

namespace Marketplace.Benchmarks;

/// <summary>Every suite there is; a new one gets a folder and a line here.</summary>
internal static class Suites
{
    public static IReadOnlyList<IBenchmarkSuite> All { get; } =
    [
        new InferenceSuite(),
        new ProofSuite(),
        new RenderingSuite(),
        new ConvergenceSuite(),
        new LeafSuite(),
        new MomentSuite(),
        new RenderQuoteSuite(),
        new RenderAgentsSuite(),
        new LedgerSuite(),
        new MarketSuite(),
        new GatewaySuite(),
        new PayoutSuite(),
        new ScreeningSuite(),
    ];
}
