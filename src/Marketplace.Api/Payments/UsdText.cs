using System.Globalization;
using Marketplace.Api.Http;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Payments;

/// <summary>US dollars as they stand in requests: a decimal text with at most two places.</summary>
internal static class UsdText
{
    private const int LengthMax = 20;

    /// <summary>Reads an amount above zero; what is wrong with it goes to the faults.</summary>
    public static Cents Read(string field, string text, Faults faults)
    {
        var isNumber = decimal.TryParse(
            text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd);
        var isRight = isNumber && text.Length <= LengthMax && usd > 0
            && usd <= Cents.Largest.Value / 100m && decimal.Truncate(usd * 100) == usd * 100;

        if (!isRight)
        {
            faults.Add(field, "must be US dollars above zero with at most two places, such as \"25.00\"");
            return default;
        }

        return Cents.From((long)(usd * 100));
    }
}
