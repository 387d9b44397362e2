using System.Globalization;

namespace Marketplace.Domain.Verification;

/// <summary>
/// <see cref="LogitThresholds"/> as a finding's file tells them: as text, since canonical JSON has whole numbers only,
/// and a rounded threshold would be another.
/// </summary>
public sealed record FindingThresholds(string Hard, string Soft, string MarginSum)
{
    public static FindingThresholds Of(LogitThresholds thresholds) =>
        new(Write(thresholds.Hard), Write(thresholds.Soft), Write(thresholds.MarginSum));

    /// <summary>The shortest text that is read as this number again.</summary>
    internal static string Write(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
