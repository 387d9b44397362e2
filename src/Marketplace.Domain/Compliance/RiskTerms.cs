namespace Marketplace.Domain.Compliance;

/// <summary>From which score on money waits, and from which it is stopped.</summary>
public sealed record RiskTerms(int ReviewAt, int BlockAt)
{
    public ScreenBand Band(int points) =>
        points >= BlockAt ? ScreenBand.Block : points >= ReviewAt ? ScreenBand.Review : ScreenBand.Clear;
}
