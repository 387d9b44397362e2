namespace Marketplace.Api.Inference.Jinja;

/// <summary>Whether values are equal, in order, or in each other.</summary>
internal static class Comparison
{
    public static bool Holds(string comparison, JinjaValue left, JinjaValue right, Site site) => comparison switch
    {
        "==" => Equal(left, right, site),
        "!=" => !Equal(left, right, site),
        "in" => IsIn(left, right, site),
        "not in" => !IsIn(left, right, site),
        "<" => Order(left, right, site) < 0,
        ">" => Order(left, right, site) > 0,
        "<=" => Order(left, right, site) <= 0,
        ">=" => Order(left, right, site) >= 0,
        _ => throw site.Fault($"'{comparison}' is no comparison"),
    };

    public static bool Equal(JinjaValue left, JinjaValue right, Site site) => Equal(left, right, site, 0);

    /// <summary>Below 0 where the first comes first, 0 where neither does.</summary>
    public static int Order(JinjaValue left, JinjaValue right, Site site)
    {
        site.Step();
        return (left, right) switch
        {
            _ when Kinds.Whole(left) is { } one && Kinds.Whole(right) is { } other => one.CompareTo(other),
            _ when Kinds.Real(left) is { } one && Kinds.Real(right) is { } other =>
                one < other ? -1 : one > other ? 1 : 0,
            (JinjaValue.Text one, JinjaValue.Text other) => Order(one.Value, other.Value, site),
            _ => throw site.Fault($"{Kinds.Name(left)} and {Kinds.Name(right)} have no order"),
        };
    }

    /// <summary>A text within a text, a value in a list, a key in an object.</summary>
    public static bool IsIn(JinjaValue sought, JinjaValue within, Site site) => within switch
    {
        JinjaValue.Undefined => false,
        JinjaValue.Text text when sought is JinjaValue.Text part => IsIn(part.Value.Value, text.Value, site),
        JinjaValue.List list => list.Items.Any(item => Equal(item, sought, site)),
        JinjaValue.Dict dict => Key(sought, site) is { } key && dict.Members.ContainsKey(key),
        JinjaValue.Namespace space => Key(sought, site) is { } name && space.Members.ContainsKey(name),
        _ => throw site.Fault($"{Kinds.Name(sought)} cannot be in {Kinds.Name(within)}"),
    };

    /// <summary>A text that is looked up, once that is charged; null for what is no text.</summary>
    private static string? Key(JinjaValue sought, Site site)
    {
        if (sought is not JinjaValue.Text text)
        {
            return null;
        }

        site.Read(text.Value);
        return text.Value.Value;
    }

    private static JinjaValue? Member(JinjaValue.Dict of, string key, Site site)
    {
        site.Read(key);
        return of.Members.GetValueOrDefault(key);
    }

    private static int Order(TaintedText left, TaintedText right, Site site)
    {
        site.Read(left.Length < right.Length ? left : right);
        return string.CompareOrdinal(left.Value, right.Value);
    }

    private static bool IsIn(string sought, TaintedText within, Site site)
    {
        site.Search(within, sought);
        return within.Value.Contains(sought, StringComparison.Ordinal);
    }

    private static bool Equal(JinjaValue left, JinjaValue right, Site site, int depth)
    {
        site.Depth(depth);

        return (left, right) switch
        {
            (JinjaValue.Undefined, JinjaValue.Undefined) or (JinjaValue.None, JinjaValue.None) => true,
            _ when Kinds.Whole(left) is { } one && Kinds.Whole(right) is { } other => one == other,
            _ when Kinds.Real(left) is { } one && Kinds.Real(right) is { } other => one.Equals(other),
            (JinjaValue.Text one, JinjaValue.Text other) => one.Value.Length == other.Value.Length
                && Order(one.Value, other.Value, site) == 0,
            (JinjaValue.List one, JinjaValue.List other) => one.Items.Count == other.Items.Count
                && one.Items.Zip(other.Items).All(pair => Equal(pair.First, pair.Second, site, depth + 1)),
            (JinjaValue.Dict one, JinjaValue.Dict other) => one.Members.Count == other.Members.Count
                && one.Members.All(member => Member(other, member.Key, site) is { } value
                    && Equal(member.Value, value, site, depth + 1)),
            _ => ReferenceEquals(left, right),
        };
    }
}
