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

    public static JinjaValue.Real Real(Lexeme number) =>
        new(double.Parse(number.Text, CultureInfo.InvariantCulture));
}
