using System.Globalization;
using System.Text;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>Backslashes in a quoted text, as Python reads them.</summary>
internal static class Escapes
{
    /// <summary>Writes what the escape means; answers where it ends. An unknown one stands for itself.</summary>
    public static int Read(string source, int at, StringBuilder text)
    {
        if (at + 1 >= source.Length)
        {
            text.Append('\\');
            return at + 1;
        }

        var kind = source[at + 1];

        if (Plain(kind) is { } plain)
        {
            text.Append(plain);
            return at + 2;
        }

        var digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };

        if (digits > 0
            && at + 2 + digits <= source.Length
            && int.TryParse(
                source.AsSpan(at + 2, digits),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out var code)
            && (code is >= 0 and <= char.MaxValue || Rune.IsValid(code)))
        {
            text.Append(code <= char.MaxValue ? ((char)code).ToString() : new Rune(code).ToString());
            return at + 2 + digits;
        }

        text.Append('\\').Append(kind);
        return at + 2;
    }

    private static string? Plain(char kind) => kind switch
    {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        'a' => "\a",
        '0' => "\0",
        '\\' => "\\",
        '\'' => "'",
        '"' => "\"",
        '\n' => "",
        _ => null,
    };
}
