using System.Globalization;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// The additive rules of the risk score. A change of rules or points is a new <see cref="Version"/>: stored scores keep
/// theirs.
/// </summary>
public static class RiskRules
{
    public const int Version = 1;
    public const int PointsMax = 100;

    private const int FailedCardsFrom = 3;
    private const int SpendTimes = 5;
    private const int ProofPointsMax = 30;
    private const int DisputePointsMax = 40;
    private static readonly TimeSpan WalletYoung = TimeSpan.FromDays(7);

    public static RiskScore Score(RiskFacts facts)
    {
        RiskReason[] reasons =
        [
            .. Rule(
                facts.WalletAge < WalletYoung,
                "wallet-young",
                15,
                $"the wallet is {facts.WalletAge?.TotalHours:0.#} h old, 7 d are usual"),
            .. Rule(
                facts.FailedCardsLastHour >= FailedCardsFrom,
                "cards-failed",
                20,
                $"{facts.FailedCardsLastHour} payments by card failed within an hour"),
            .. Rule(
                facts.SpentDailyMean.Micros > 0
                    && facts.SpentLastDay.Micros / SpendTimes > facts.SpentDailyMean.Micros,
                "spend-jump",
                15,
                $"{facts.SpentLastDay} USDC in a day, {facts.SpentDailyMean} is the mean of 30 days"),
            .. Rule(
                facts.Deposited.Micros > 0 && facts.Spent.Micros == 0,
                "no-compute",
                30,
                $"{facts.Deposited} USDC came in within 30 days and nothing was spent on compute"),
            .. Rule(
                facts.CustomerOfSameWallet is not null,
                "own-customer",
                60,
                $"the wallet paid the deposits of {facts.CustomerOfSameWallet}"),
            .. Rule(
                facts.ProofFailures > 0,
                "proofs-failed",
                Math.Min(10 * facts.ProofFailures, ProofPointsMax),
                $"{facts.ProofFailures} proofs failed in 30 days: {facts.NewestProofFailure ?? "unknown"} the last"),
            .. Rule(
                facts.Disputes > 0,
                "disputes",
                Math.Min(20 * facts.Disputes, DisputePointsMax),
                $"{facts.Disputes} disputes"),
        ];

        return new(Version, Math.Min(reasons.Sum(reason => reason.Points), PointsMax), reasons);
    }

    private static IEnumerable<RiskReason> Rule(bool holds, string code, int points, FormattableString evidence) =>
        holds ? [new(code, points, evidence.ToString(CultureInfo.InvariantCulture))] : [];
}
