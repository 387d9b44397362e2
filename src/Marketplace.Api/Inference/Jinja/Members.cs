using System.Globalization;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>What values have: members of objects, items of lists, and methods, which are found as Jinja finds them.
/// </summary>
internal static class Members
{
    /// <summary><c>of.name</c>: a method first, then a member.</summary>
    public static JinjaValue Attribute(JinjaValue of, string name, Site site) =>
        of is JinjaValue.Undefined
            ? throw site.Fault($"{Kinds.Name(of)} has no '{name}'")
            : Method(of, name) ?? Member(of, name, site) ?? new JinjaValue.Undefined(name);

    /// <summary><c>of[at]</c>: a member or an item first, then a method.</summary>
    public static JinjaValue Item(JinjaValue of, JinjaValue at, Site site)
    {
        switch (of, at)
        {
            case (JinjaValue.Undefined, _):
                throw site.Fault($"{Kinds.Name(of)} has no members");
            case (JinjaValue.List list, _) when Kinds.Whole(at) is { } index:
                return At(list.Items.Count, index) is { } inList
                    ? list.Items[inList]
                    : new JinjaValue.Undefined($"[{index}]");
            case (JinjaValue.Text { Value: { IsPlain: true } plain }, _) when Kinds.Whole(at) is { } index:
                site.Read(plain);
                return At(plain.Length, index) is { } inPlain
                    ? new JinjaValue.Text(plain.Slice(inPlain, 1))
                    : new JinjaValue.Undefined($"[{index}]");
            case (JinjaValue.Text text, _) when Kinds.Whole(at) is { } index:
                var characters = Kinds.Items(text, site);
                return At(characters.Count, index) is { } inText
                    ? characters[inText]
                    : new JinjaValue.Undefined($"[{index}]");
            case (JinjaValue.Dict, JinjaValue.Text or JinjaValue.Int or JinjaValue.Bool or JinjaValue.None):
            case (JinjaValue.Namespace, JinjaValue.Text):
                var name = Printed.Text(at, site).Value;
                return Member(of, name, site) ?? Method(of, name) ?? new JinjaValue.Undefined(name);
            default:
                return new JinjaValue.Undefined(Printed.Text(at, site).Value);
        }
    }

    /// <summary>The parts of a path such as <c>function.name</c> or <c>0.text</c>.</summary>
    public static string[] PathOf(JinjaValue attribute, Site site)
    {
        var path = Printed.Text(attribute, site);
        site.Budget.Characters(site.Line, path.Length);
        var parts = path.Value.Split('.');
        site.Budget.Items(site.Line, parts.Length);
        return parts;
    }

    /// <summary>The same of the argument <c>attribute</c>; null where it was not given.</summary>
    public static string[]? FindPath(Arguments given, int at) =>
        given.Find(at, "attribute") is null or JinjaValue.None ? null : PathOf(given.Get(at, "attribute"), given.Site);

    /// <summary>Goes down a path.</summary>
    public static JinjaValue Path(JinjaValue of, string[] path, Site site)
    {
        foreach (var part in path)
        {
            site.Step();
            site.Read(part);
            of = long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? Item(of, JinjaValue.Of(index), site)
                : of is JinjaValue.Undefined ? of : Member(of, part, site) ?? new JinjaValue.Undefined(part);
        }

        return of;
    }

    /// <summary>The place that a number, which may count from the end, means; null for none.</summary>
    private static int? At(int count, long index)
    {
        var at = index < 0 ? index + count : index;
        return at >= 0 && at < count ? (int)at : null;
    }

    private static JinjaValue? Member(JinjaValue of, string name, Site site)
    {
        site.Read(name);
        return of switch
        {
            JinjaValue.Dict dict => dict.Members.GetValueOrDefault(name),
            JinjaValue.Namespace space => space.Members.GetValueOrDefault(name),
            _ => null,
        };
    }

    private static JinjaValue? Method(JinjaValue of, string name) => of switch
    {
        _ when name.Length > JinjaLimits.NameCharactersMax => null,
        JinjaValue.Text text => TextMethods.Find(text.Value, name),
        JinjaValue.Dict dict => DictMethods.Find(dict, name),
        JinjaValue.List when name is "append" or "extend" or "insert" or "pop" or "remove" or "clear" =>
            new JinjaValue.Function(name, given => throw given.Site.Fault($"a list cannot be changed: no {name}")),
        JinjaValue.List list when name is "index" or "count" => new JinjaValue.Function(name, given =>
        {
            var wanted = given.Only("value").Get(0, "value");
            var found = list.Items.Select(item => Comparison.Equal(item, wanted, given.Site)).ToList();
            return JinjaValue.Of(name == "count" ? found.Count(isSame => isSame)
                : found.IndexOf(true) is >= 0 and var at ? at
                : throw given.Site.Fault("the value is not in the list"));
        }),
        _ => null,
    };
}
