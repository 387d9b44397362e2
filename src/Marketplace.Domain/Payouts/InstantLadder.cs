using System.Globalization;
using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payouts;

/// <summary>
/// The price of instant payouts: it rises with the share of the day's float that they use, so that the float lasts.
/// </summary>
/// <param name="DailyFloat">What may go out instantly within 24 hours.</param>
/// <param name="Rungs">Rising in both share and price.</param>
[GenerateSerializer, Immutable, Alias("InstantLadder")]
public sealed record InstantLadder(
    [property: Id(0)] Usdc DailyFloat, [property: Id(1)] IReadOnlyList<InstantRung> Rungs)
{
    private const int PercentMax = 100;
    private const int FeeBasisPointsMax = 5_000;
    private const int RungsMax = 10;

    /// <summary>Null above the last rung: then the payout goes out as a standard one.</summary>
    /// <param name="used">What went out instantly within the last 24 hours.</param>
    /// <param name="amount">What is asked for, fee included.</param>
    public InstantQuote? Quote(Usdc used, Usdc amount)
    {
        var after = used + amount;
        var rung = Rungs.FirstOrDefault(one => after <= DailyFloat.TimesFloor(one.UpToPercent, PercentMax));
        return rung is null ? null : new InstantQuote(rung.FeeBasisPoints, amount.BasisPoints(rung.FeeBasisPoints));
    }

    /// <summary>Reads rungs such as <c>25:50 50:150 80:400</c>: up to 25 % of the float for 50 basis points.</summary>
    public static bool TryParse(string text, out IReadOnlyList<InstantRung> rungs)
    {
        var found = new List<InstantRung>();
        rungs = found;

        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split(':') is not [var share, var fee]
                || !int.TryParse(share, NumberStyles.None, CultureInfo.InvariantCulture, out var upTo)
                || !int.TryParse(fee, NumberStyles.None, CultureInfo.InvariantCulture, out var basisPoints)
                || upTo is < 1 or > PercentMax || basisPoints > FeeBasisPointsMax
                || (found.Count > 0 && (upTo <= found[^1].UpToPercent || basisPoints < found[^1].FeeBasisPoints)))
            {
                return false;
            }

            found.Add(new InstantRung(upTo, basisPoints));
        }

        return found.Count <= RungsMax;
    }
}
