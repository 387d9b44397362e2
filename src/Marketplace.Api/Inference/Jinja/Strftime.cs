using System.Globalization;
using System.Text;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>Dates as Python's <c>strftime</c> writes them in the C locale.</summary>
internal static class Strftime
{
    /// <summary>Data where any of the format is.</summary>
    public static TaintedText Format(DateTimeOffset time, TaintedText given, Site site)
    {
        var format = given.Value;
        site.Budget.Characters(site.Line, format.Length * 32L);
        var made = new StringBuilder();

        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
            {
                made.Append(format[at]);
                continue;
            }

            var isBare = format[at + 1] == '-' && at + 2 < format.Length;
            at += isBare ? 2 : 1;
            var part = Part(time, format[at]) ?? throw site.Fault($"strftime_now does not know %{format[at]}");
            var bare = isBare ? part.TrimStart('0') : part;
            made.Append(bare.Length == 0 ? "0" : bare);
        }

        return given.Remade(made.ToString());
    }

    private static string? Part(DateTimeOffset time, char directive)
    {
        string Of(string format) => time.ToString(format, CultureInfo.InvariantCulture);

        return directive switch
        {
            'Y' => Of("yyyy"),
            'y' => Of("yy"),
            'm' => Of("MM"),
            'B' => Of("MMMM"),
            'b' or 'h' => Of("MMM"),
            'd' => Of("dd"),
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'A' => Of("dddd"),
            'a' => Of("ddd"),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'u' => ((((int)time.DayOfWeek + 6) % 7) + 1).ToString(CultureInfo.InvariantCulture),
            'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'H' => Of("HH"),
            'I' => Of("hh"),
            'M' => Of("mm"),
            'S' => Of("ss"),
            'f' => Of("ffffff"),
            'p' => time.Hour < 12 ? "AM" : "PM",
            'F' => Of("yyyy-MM-dd"),
            'T' => Of("HH:mm:ss"),
            'D' => Of("MM/dd/yy"),
            'R' => Of("HH:mm"),
            'x' => Of("MM/dd/yy"),
            'X' => Of("HH:mm:ss"),
            'c' => Of("ddd MMM ") + Part(time, 'e') + Of(" HH:mm:ss yyyy"),
            's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'z' => "+0000",
            'Z' => "UTC",
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            _ => null,
        };
    }
}
