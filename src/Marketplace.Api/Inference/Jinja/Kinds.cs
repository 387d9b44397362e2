namespace Marketplace.Api.Inference.Jinja;

/// <summary>What kind of value one is, and what follows from it.</summary>
internal static class Kinds
{
    /// <summary>For messages.</summary>
    public static string Name(JinjaValue value) => value switch
    {
        JinjaValue.Undefined missing => $"'{missing.Name}' (undefined)",
        JinjaValue.None => "none",
        JinjaValue.Bool => "a boolean",
        JinjaValue.Int or JinjaValue.Real => "a number",
        JinjaValue.Text => "a text",
        JinjaValue.List => "a list",
        JinjaValue.Dict => "an object",
        JinjaValue.Namespace => "a namespace",
        _ => "a function",
    };

    public static bool IsTrue(JinjaValue value) => value switch
    {
        JinjaValue.Undefined or JinjaValue.None => false,
        JinjaValue.Bool flag => flag.Value,
        JinjaValue.Int number => number.Value != 0,
        JinjaValue.Real number => number.Value != 0,
        JinjaValue.Text text => text.Value.Length > 0,
        JinjaValue.List list => list.Items.Count > 0,
        JinjaValue.Dict dict => dict.Members.Count > 0,
        _ => true,
    };

    /// <summary>The number that a value counts as in arithmetic; null for none.</summary>
    public static double? Real(JinjaValue value) => value switch
    {
        JinjaValue.Int number => number.Value,
        JinjaValue.Real number => number.Value,
        JinjaValue.Bool flag => flag.Value ? 1 : 0,
        _ => null,
    };

    /// <summary>The same for whole numbers.</summary>
    public static long? Whole(JinjaValue value) => value switch
    {
        JinjaValue.Int number => number.Value,
        JinjaValue.Bool flag => flag.Value ? 1 : 0,
        _ => null,
    };

    /// <summary>What a loop goes over: items, keys, characters; nothing of what is undefined.</summary>
    /// <exception cref="JinjaException">The value has none.</exception>
    public static IReadOnlyList<JinjaValue> Items(JinjaValue value, Site site) => value switch
    {
        JinjaValue.Undefined => [],
        JinjaValue.List list => list.Items,
        JinjaValue.Dict dict => Keys(dict, site),
        JinjaValue.Text text => Characters(text.Value, site),
        _ => throw site.Fault($"{Name(value)} cannot be gone over"),
    };

    /// <summary>Characters of a text, items of anything else that has some.</summary>
    public static long Length(JinjaValue value, Site site) => value switch
    {
        JinjaValue.Undefined => 0,
        JinjaValue.Text text => Count(text.Value, site),
        JinjaValue.List list => list.Items.Count,
        JinjaValue.Dict dict => dict.Members.Count,
        _ => throw site.Fault($"{Name(value)} has no length"),
    };

    private static List<JinjaValue> Keys(JinjaValue.Dict dict, Site site)
    {
        site.Budget.Items(site.Line, dict.Members.Count);
        return [.. dict.Members.Keys.Select(dict.Key)];
    }

    private static int Count(TaintedText text, Site site)
    {
        site.Read(text);
        return text.Value.EnumerateRunes().Count();
    }

    private static List<JinjaValue> Characters(TaintedText text, Site site)
    {
        site.Budget.Items(site.Line, text.Length);
        return [.. text.Characters().Select(one => (JinjaValue)new JinjaValue.Text(one))];
    }
}
