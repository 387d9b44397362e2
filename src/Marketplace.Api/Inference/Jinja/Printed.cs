using System.Globalization;
using System.Text;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>Values as a template writes them: as Python's <c>str</c> does, within lists as <c>repr</c> does.</summary>
internal static class Printed
{
    public static TaintedText Text(JinjaValue value, Site site)
    {
        switch (value)
        {
            case JinjaValue.Text text:
                return text.Value;
            case JinjaValue.Undefined:
                return TaintedText.Empty;
            case JinjaValue.List or JinjaValue.Dict:
                var written = new TaintBuilder();
                Write(value, written, site, 0);
                site.Budget.Characters(site.Line, written.Length);
                return written.ToText();
            default:
                return TaintedText.Own(Plain(value));
        }
    }

    /// <summary>As Python writes it: the shortest text that reads back.</summary>
    public static string Number(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        var shortest = number.ToString("R", CultureInfo.InvariantCulture);

        if (Math.Abs(number) is 0 or (>= 1e-4 and < 1e16))
        {
            var plain = shortest.Contains('E', StringComparison.Ordinal)
                ? decimal.Parse(shortest, NumberStyles.Float, CultureInfo.InvariantCulture)
                    .ToString(CultureInfo.InvariantCulture)
                : shortest;
            return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
        }

        var (digits, exponent) = Scientific(shortest);
        return string.Create(
            CultureInfo.InvariantCulture, $"{digits}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent):00}");
    }

    /// <summary>C# writes some numbers in full that Python does not.</summary>
    private static (string Digits, int Exponent) Scientific(string shortest)
    {
        if (shortest.Split('E') is [var digits, var exponent])
        {
            return (digits, int.Parse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }

        var lead = shortest.StartsWith('-') ? 2 : 1;
        var rest = shortest[lead..].TrimEnd('0');
        return (rest.Length == 0 ? shortest[..lead] : $"{shortest[..lead]}.{rest}", shortest.Length - lead);
    }

    private static string Plain(JinjaValue value) => value switch
    {
        JinjaValue.None => "None",
        JinjaValue.Bool flag => flag.Value ? "True" : "False",
        JinjaValue.Int number => number.Value.ToString(CultureInfo.InvariantCulture),
        JinjaValue.Real number => Number(number.Value),
        JinjaValue.Function function => $"<function {function.Name}>",
        _ => "<namespace>",
    };

    private static void Write(JinjaValue value, TaintBuilder to, Site site, int depth)
    {
        site.Depth(depth);

        switch (value)
        {
            case JinjaValue.Text text:
                to.Append(text.Value.Remade(Quoted(text.Value.Value)));
                break;
            case JinjaValue.List list:
                to.Append("[");

                for (var at = 0; at < list.Items.Count; at++)
                {
                    to.Append(at > 0 ? ", " : "");
                    Write(list.Items[at], to, site, depth + 1);
                }

                to.Append("]");
                break;
            case JinjaValue.Dict dict:
                to.Append("{");
                var isFirst = true;

                foreach (var (key, member) in dict.Members)
                {
                    to.Append(isFirst ? "" : ", ");
                    isFirst = false;
                    Write(dict.Key(key), to, site, depth + 1);
                    to.Append(": ");
                    Write(member, to, site, depth + 1);
                }

                to.Append("}");
                break;
            default:
                to.Append(value is JinjaValue.Undefined ? "Undefined" : Plain(value));
                break;
        }

        Bound(to, site);
    }

    private static void Bound(TaintBuilder written, Site site)
    {
        if (written.Length > JinjaLimits.CharactersMax)
        {
            site.Budget.Characters(site.Line, written.Length);
        }
    }

    private static string Quoted(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal)
            ? '"'
            : '\'';
        var made = new StringBuilder().Append(quote);

        foreach (var one in text)
        {
            _ = one switch
            {
                '\n' => made.Append("\\n"),
                '\r' => made.Append("\\r"),
                '\t' => made.Append("\\t"),
                '\\' => made.Append("\\\\"),
                _ when one == quote => made.Append('\\').Append(one),
                _ when char.IsControl(one) => made.Append(CultureInfo.InvariantCulture, $"\\x{(int)one:x2}"),
                _ => made.Append(one),
            };
        }

        return made.Append(quote).ToString();
    }
}
