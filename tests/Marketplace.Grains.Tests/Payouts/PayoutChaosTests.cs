using System.Globalization;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>
/// 0 double and 0 missing, whatever the chain does. A few payouts here; <c>infra/payout-chaos.sh</c> runs 200 of each.
/// </summary>
[Trait("Category", "Chain")]
public sealed class PayoutChaosTests(ITestOutputHelper output)
{
    private const int Seed = 20_260_301;

    private static readonly bool IsLong = Setting("PAYOUT_CHAOS_PAYOUTS") is not null;
    private static readonly int Payouts = int.Parse(Setting("PAYOUT_CHAOS_PAYOUTS") ?? "12", CultureInfo.InvariantCulture);
    private static readonly int Lanes = IsLong ? 8 : 3;
    private static readonly int BlackHoleSlots = IsLong ? 400 : 50;
    private static readonly TimeSpan Most = IsLong ? TimeSpan.FromMinutes(9) : TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("A", true)]
    [InlineData("B", true)]
    [InlineData("C", true)]
    [InlineData("A", false)]
    [InlineData("B", false)]
    [InlineData("C", false)]
    public async Task Every_payout_arrives_exactly_once(string setting, bool hasNonces)
    {
        if (SolanaLocalnet.WhyUnavailable() is { } reason)
        {
            Assert.Skip(reason);
        }

        await using var run = await ChaosRun.Open(ChaosSetting.Of(setting, BlackHoleSlots), hasNonces, Seed);

        var report = await run.Go(Payouts, Lanes, Most);

        output.WriteLine(report.ToString());

        if (Setting("PAYOUT_CHAOS_REPORT") is { } file)
        {
            await File.AppendAllTextAsync(file, $"{report}\n", TestContext.Current.CancellationToken);
        }

        Assert.Equal((0, 0), (report.Double, report.Missing));
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name);
}
