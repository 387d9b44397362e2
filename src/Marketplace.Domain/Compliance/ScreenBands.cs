namespace Marketplace.Domain.Compliance;

/// <summary>The bands of likeness.</summary>
public static class ScreenBands
{
    public const double DueDiligenceFrom = 0.70;
    public const double ReviewFrom = 0.85;
    public const double BlockFrom = 0.95;

    public static ScreenBand Of(double likeness) => likeness switch
    {
        >= BlockFrom => ScreenBand.Block,
        >= ReviewFrom => ScreenBand.Review,
        >= DueDiligenceFrom => ScreenBand.DueDiligence,
        _ => ScreenBand.Clear,
    };
}
