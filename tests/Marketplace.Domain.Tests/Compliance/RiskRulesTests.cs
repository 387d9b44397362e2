using CsCheck;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Tests.Compliance;

public sealed class RiskRulesTests
{
    private static readonly RiskTerms Terms = new(30, 70);

    [Fact]
    public void Nothing_known_is_no_risk() =>
        Assert.Equal((0, 0), (RiskRules.Score(new()).Points, RiskRules.Score(new()).Reasons.Count));

    public static TheoryData<RiskFacts, string, int> Rules => new()
    {
        { new() { WalletAge = TimeSpan.FromDays(7) - TimeSpan.FromTicks(1) }, "wallet-young", 15 },
        { new() { FailedCardsLastHour = 3 }, "cards-failed", 20 },
        { new() { SpentLastDay = Usdc.Parse("50.000005"), SpentDailyMean = Usdc.Parse("10") }, "spend-jump", 15 },
        { new() { Deposited = Usdc.Parse("0.000001") }, "no-compute", 30 },
        { new() { CustomerOfSameWallet = "acc_x" }, "own-customer", 60 },
        { new() { ProofFailures = 1 }, "proofs-failed", 10 },
        { new() { ProofFailures = 9 }, "proofs-failed", 30 },
        { new() { Disputes = 1 }, "disputes", 20 },
        { new() { Disputes = 3 }, "disputes", 40 },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Each_rule_adds_its_points_and_says_why(RiskFacts facts, string code, int points)
    {
        var reason = Assert.Single(RiskRules.Score(facts).Reasons);

        Assert.Equal((code, points), (reason.Code, reason.Points));
        Assert.NotEmpty(reason.Evidence);
    }

    public static TheoryData<RiskFacts> Harmless => new()
    {
        new RiskFacts { WalletAge = TimeSpan.FromDays(7) },
        new RiskFacts { FailedCardsLastHour = 2 },
        new RiskFacts { SpentLastDay = Usdc.Parse("50"), SpentDailyMean = Usdc.Parse("10") },
        new RiskFacts { SpentLastDay = Usdc.Parse("50") },
        new RiskFacts { Deposited = Usdc.Parse("5"), Spent = Usdc.Parse("0.000001") },
    };

    [Theory]
    [MemberData(nameof(Harmless))]
    public void On_its_edge_a_rule_adds_nothing(RiskFacts facts) => Assert.Equal(0, RiskRules.Score(facts).Points);

    [Fact]
    public void The_score_is_the_sum_of_its_reasons_and_at_most_100() => Gen.Select(
        Gen.Int[0, 10], Gen.Int[0, 10], Gen.Int[0, 10], Gen.Bool, Gen.Int[0, 20]).Sample((cards, proofs, disputes, same, days) =>
    {
        var score = RiskRules.Score(new()
        {
            WalletAge = TimeSpan.FromDays(days),
            FailedCardsLastHour = cards,
            ProofFailures = proofs,
            Disputes = disputes,
            CustomerOfSameWallet = same ? "acc_x" : null,
        });

        Assert.Equal(Math.Min(100, score.Reasons.Sum(reason => reason.Points)), score.Points);
        Assert.Equal(RiskRules.Version, score.RulesVersion);
    });

    [Theory]
    [InlineData(0, ScreenBand.Clear)]
    [InlineData(29, ScreenBand.Clear)]
    [InlineData(30, ScreenBand.Review)]
    [InlineData(69, ScreenBand.Review)]
    [InlineData(70, ScreenBand.Block)]
    [InlineData(100, ScreenBand.Block)]
    public void Below_30_passes_from_70_is_stopped(int points, ScreenBand band) => Assert.Equal(band, Terms.Band(points));
}
