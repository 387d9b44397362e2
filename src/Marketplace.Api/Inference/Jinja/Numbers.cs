using System.Globalization;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>Numbers as a template writes them.</summary>
internal static class Numbers
{
    /// <exception cref="JinjaException">It is too large.</exception>
    public static JinjaValue Whole(Lexeme number) =>
        long.TryParse(
            number.Text.Replace("_", "", StringComparison.Ordinal),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var whole)
            ? JinjaValue.Of(whole)
            : throw new JinjaException($"the number {number.Text} is too large", number.Line);

    /// <exception cref="JinjaException">It is none.</exception>
    public static JinjaValue.Real Real(Lexeme number) =>
        double.TryParse(
            number.Text.Replace("_", "", StringComparison.Ordinal),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var real)
            ? new(real)
            : throw new JinjaException($"{number.Text} is no number", number.Line);
}
