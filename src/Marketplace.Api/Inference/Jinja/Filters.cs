using System.Globalization;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>What <c>value | name(…)</c> makes of a value. Source: Jinja's documentation, "List of Builtin Filters".
/// </summary>
internal static class Filters
{
    private static readonly Dictionary<string, Func<JinjaValue, Arguments, JinjaValue>> Known =
        new(StringComparer.Ordinal)
        {
            ["abs"] = (of, given) => of switch
            {
                JinjaValue.Real number => new JinjaValue.Real(Math.Abs(number.Value)),
                _ when Kinds.Whole(of) is > long.MinValue and var whole => JinjaValue.Of(Math.Abs(whole)),
                _ => throw given.Site.Fault($"{Kinds.Name(of)} has no absolute value"),
            },
            ["attr"] = (of, given) => Members.Attribute(of, given.Text(0, "name").Value, given.Site),
            ["capitalize"] = (of, given) => Text(of, given, TextParts.Capitalized),
            ["count"] = Length,
            ["d"] = Default,
            ["default"] = Default,
            ["dictsort"] = ListFilters.SortedMembers,
            ["e"] = Escape,
            ["escape"] = Escape,
            ["first"] = (of, given) => Kinds.Items(of, given.Only().Site) is [var first, ..]
                ? first
                : new JinjaValue.Undefined("first"),
            ["float"] = ToReal,
            ["indent"] = Indent,
            ["int"] = ToWhole,
            ["items"] = (of, given) => of switch
            {
                JinjaValue.Undefined => new JinjaValue.List([]),
                JinjaValue.Dict dict => DictMethods.Items(dict, given.Only().Site),
                _ => throw given.Site.Fault($"{Kinds.Name(of)} has no members"),
            },
            ["join"] = JoinItems,
            ["last"] = (of, given) => Kinds.Items(of, given.Only().Site) is [.., var last]
                ? last
                : new JinjaValue.Undefined("last"),
            ["length"] = Length,
            ["list"] = (of, given) => given.Only().Site.List(Kinds.Items(of, given.Site)),
            ["lower"] = (of, given) => Text(of, given, text => text.WithCharacters(text.Value.ToLowerInvariant())),
            ["map"] = ListFilters.Map,
            ["max"] = (of, given) => ListFilters.Extreme(of, given, 1),
            ["min"] = (of, given) => ListFilters.Extreme(of, given, -1),
            ["reject"] = (of, given) => ListFilters.Select(of, given, wanted: false),
            ["rejectattr"] = (of, given) => ListFilters.SelectByMember(of, given, wanted: false),
            ["replace"] = (of, given) => Replace(Printed.Text(of, given.Site), given),
            ["reverse"] = ListFilters.Reversed,
            ["round"] = Round,
            ["safe"] = (of, given) => Text(of, given, text => text),
            ["select"] = (of, given) => ListFilters.Select(of, given, wanted: true),
            ["selectattr"] = (of, given) => ListFilters.SelectByMember(of, given, wanted: true),
            ["sort"] = ListFilters.Sorted,
            ["string"] = (of, given) => Text(of, given, text => text),
            ["sum"] = ListFilters.Sum,
            ["title"] = (of, given) => Text(of, given, Title),
            ["tojson"] = JsonText.Of,
            ["trim"] = (of, given) => Text(
                of,
                given.Only("chars") with { Values = [] },
                text => TextParts.Stripped(text, TextParts.Set(given), left: true, right: true)),
            ["unique"] = ListFilters.Unique,
            ["upper"] = (of, given) => Text(of, given, text => text.WithCharacters(text.Value.ToUpperInvariant())),
        };

    public static JinjaValue Apply(JinjaValue of, string name, Arguments given) =>
        name.Length <= JinjaLimits.NameCharactersMax && Known.TryGetValue(name, out var filter)
            ? filter(of, given)
            : throw given.Site.Fault($"the filter '{name}' is not supported");

    /// <summary>Texts with another between them.</summary>
    public static JinjaValue Join(IReadOnlyList<JinjaValue> items, TaintedText between, Site site)
    {
        var made = new TaintBuilder();

        for (var at = 0; at < items.Count; at++)
        {
            made.Append(at > 0 ? between : TaintedText.Empty).Append(Printed.Text(items[at], site));
            site.Step();

            if (made.Length > JinjaLimits.CharactersMax)
            {
                break;
            }
        }

        return site.Text(made.ToText());
    }

    public static JinjaValue Replace(TaintedText text, Arguments given)
    {
        given.Only("old", "new", "count");
        var old = Printed.Text(given.Get(0, "old"), given.Site);
        var with = Printed.Text(given.Get(1, "new"), given.Site);
        var times = given.Find(2, "count") is null or JinjaValue.None ? -1 : given.Number(2, "count", -1);

        if (old.Length == 0)
        {
            throw given.Site.Fault("replace needs a text to look for");
        }

        given.Site.Search(text, old.Value);
        var parts = TextParts.Split(text, old.Value, times < 0 ? int.MaxValue : times);
        given.Site.Budget.Characters(
            given.Site.Line,
            text.Length + ((parts.Count - 1L) * Math.Max(0, with.Length - old.Length)) + parts.Count);
        return Join([.. parts.Select(part => (JinjaValue)new JinjaValue.Text(part))], with, given.Site);
    }

    private static JinjaValue Text(JinjaValue of, Arguments given, Func<TaintedText, TaintedText> make)
    {
        var text = Printed.Text(of, given.Only().Site);
        given.Site.Budget.Characters(given.Site.Line, text.Length);
        return given.Site.Text(make(text));
    }

    private static JinjaValue Length(JinjaValue of, Arguments given) =>
        JinjaValue.Of(Kinds.Length(of, given.Only().Site));

    private static JinjaValue Default(JinjaValue of, Arguments given)
    {
        var isMissing = of is JinjaValue.Undefined
            || (given.Only("default_value", "boolean").Flag(1, "boolean") && !Kinds.IsTrue(of));
        return isMissing ? given.Find(0, "default_value") ?? JinjaValue.Own("") : of;
    }

    private static JinjaValue JoinItems(JinjaValue of, Arguments given)
    {
        given.Only("d", "attribute");
        var between = given.Find(0, "d") is { } d ? Printed.Text(d, given.Site) : TaintedText.Empty;
        var items = Kinds.Items(of, given.Site);
        return Members.FindPath(given, 1) is { } path
            ? Join([.. items.Select(item => Members.Path(item, path, given.Site))], between, given.Site)
            : Join(items, between, given.Site);
    }

    /// <summary>Jinja's marks for HTML.</summary>
    private static JinjaValue Escape(JinjaValue of, Arguments given) => Text(of, given, text => text.Remade(text.Value
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal)
        .Replace("\"", "&#34;", StringComparison.Ordinal)));

    private static JinjaValue Indent(JinjaValue of, Arguments given)
    {
        given.Only("width", "first", "blank");
        var by = given.Find(0, "width") is JinjaValue.Text text
            ? text.Value
            : TaintedText.Own(new(' ', (int)Math.Clamp(given.Number(0, "width", 4), 0, 256)));
        var withBlank = given.Flag(2, "blank");
        var lines = TextParts.Lines(Printed.Text(of, given.Site).Plus(TaintedText.Own("\n")));
        given.Site.Budget.Characters(given.Site.Line, (long)lines.Count * by.Length);
        var made = new TaintBuilder();

        for (var at = 0; at < lines.Count; at++)
        {
            made.Append(at > 0 ? "\n" : "");
            var isIndented = at == 0 ? given.Flag(1, "first") : withBlank || lines[at].Length > 0;
            made.Append(isIndented ? by : TaintedText.Empty).Append(lines[at]);
        }

        return given.Site.Text(made.ToText());
    }

    private static TaintedText Title(TaintedText text)
    {
        var made = text.Value.ToCharArray();

        for (var at = 0; at < made.Length; at++)
        {
            var begins = at == 0 || TextParts.IsBlank(made[at - 1]) || made[at - 1] is '-' or '(' or '{' or '[' or '<';
            made[at] = begins
                ? char.ToUpper(made[at], CultureInfo.InvariantCulture)
                : char.ToLower(made[at], CultureInfo.InvariantCulture);
        }

        return text.WithCharacters(new(made));
    }

    private static JinjaValue ToWhole(JinjaValue of, Arguments given)
    {
        var fallback = given.Only("default", "base").Find(0, "default") ?? JinjaValue.Of(0);
        ReadNumber(of, given);

        return of switch
        {
            _ when Kinds.Whole(of) is { } whole => JinjaValue.Of(whole),
            JinjaValue.Real { Value: > -9e18 and < 9e18 } real => JinjaValue.Of((long)real.Value),
            JinjaValue.Text text when long.TryParse(
                text.Value.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var read) =>
                JinjaValue.Of(read),
            JinjaValue.Text text when double.TryParse(
                text.Value.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var read)
                && read is > -9e18 and < 9e18 => JinjaValue.Of((long)read),
            _ => fallback,
        };
    }

    private static void ReadNumber(JinjaValue of, Arguments given)
    {
        if (of is JinjaValue.Text text)
        {
            given.Site.Read(text.Value);
        }
    }

    private static JinjaValue ToReal(JinjaValue of, Arguments given)
    {
        var fallback = given.Only("default").Find(0, "default") ?? new JinjaValue.Real(0);
        ReadNumber(of, given);

        return of switch
        {
            _ when Kinds.Real(of) is { } real => new JinjaValue.Real(real),
            JinjaValue.Text text when double.TryParse(
                text.Value.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var read) =>
                new JinjaValue.Real(read),
            _ => fallback,
        };
    }

    private static JinjaValue.Real Round(JinjaValue of, Arguments given)
    {
        const int PrecisionMax = 15;
        given.Only("precision", "method");
        var precision = (int)Math.Clamp(given.Number(0, "precision", 0), 0, PrecisionMax);
        var scale = Math.Pow(10, precision);
        var number = Kinds.Real(of) ?? throw given.Site.Fault($"{Kinds.Name(of)} cannot be rounded");

        return new JinjaValue.Real(given.FindText(1, "method")?.Value switch
        {
            null or "common" => Math.Round(number, precision, MidpointRounding.ToEven),
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            var other => throw given.Site.Fault($"round knows common, ceil and floor, not '{other}'"),
        });
    }
}
