using System.Numerics;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>Filters that go over lists.</summary>
internal static class ListFilters
{
    /// <summary>A member of each, or each after another filter.</summary>
    public static JinjaValue Map(JinjaValue of, Arguments given)
    {
        var items = Kinds.Items(of, given.Site);

        if (given.Named.TryGetValue("attribute", out var attribute))
        {
            var path = Members.PathOf(attribute, given.Site);
            var fallback = given.Named.GetValueOrDefault("default");
            return given.Site.List([.. items.Select(item => Members.Path(item, path, given.Site) switch
            {
                JinjaValue.Undefined when fallback is not null => fallback,
                var found => found,
            })]);
        }

        var name = given.Text(0, "filter").Value;
        var rest = given.Skip(1, name);
        return given.Site.List([.. items.Select(item => Filters.Apply(item, name, Charged(rest)))]);
    }

    /// <summary>Those that pass a test, or those that do not.</summary>
    public static JinjaValue Select(JinjaValue of, Arguments given, bool wanted) => given.Site.List(
        [.. Kinds.Items(of, given.Site).Where(item => Passes(item, given, 0) == wanted)]);

    /// <summary>The same by one of their members.</summary>
    public static JinjaValue SelectByMember(JinjaValue of, Arguments given, bool wanted)
    {
        var path = Members.PathOf(given.Get(0, "attribute"), given.Site);
        return given.Site.List([.. Kinds.Items(of, given.Site)
            .Where(item => Passes(Members.Path(item, path, given.Site), given, 1) == wanted)]);
    }

    public static JinjaValue Reversed(JinjaValue of, Arguments given)
    {
        IReadOnlyList<JinjaValue> items = [.. Kinds.Items(of, given.Only().Site).Reverse()];
        return of is JinjaValue.Text ? Filters.Join(items, TaintedText.Empty, given.Site) : given.Site.List(items);
    }

    public static JinjaValue Sorted(JinjaValue of, Arguments given)
    {
        given.Only("reverse", "case_sensitive", "attribute");
        var items = Kinds.Items(of, given.Site);
        var isExact = given.Flag(1, "case_sensitive");
        var path = Members.FindPath(given, 2);
        var keyed = items.Select(item => (Key: KeyOf(item, path, isExact, given.Site), Item: item));
        var sorted = Sort(keyed, given.Flag(0, "reverse"), given.Site);
        return given.Site.List([.. sorted.Select(one => one.Item)]);
    }

    /// <summary>Pairs of key and value by key, or by value.</summary>
    public static JinjaValue SortedMembers(JinjaValue of, Arguments given)
    {
        given.Only("case_sensitive", "by", "reverse");
        var dict = of as JinjaValue.Dict ?? throw given.Site.Fault($"{Kinds.Name(of)} has no members");
        var isExact = given.Flag(0, "case_sensitive");
        var byValue = given.FindText(1, "by")?.Value switch
        {
            null or "key" => false,
            "value" => true,
            var other => throw given.Site.Fault($"dictsort knows key and value, not '{other}'"),
        };
        var keyed = dict.Members.Select(one => (
            Key: KeyOf(byValue ? one.Value : dict.Key(one.Key), null, isExact, given.Site),
            Item: (JinjaValue)new JinjaValue.List([dict.Key(one.Key), one.Value])));
        return given.Site.List([.. Sort(keyed, given.Flag(2, "reverse"), given.Site).Select(one => one.Item)]);
    }

    /// <summary>Each once, the first of those that are equal.</summary>
    public static JinjaValue Unique(JinjaValue of, Arguments given)
    {
        given.Only("case_sensitive", "attribute");
        var path = Members.FindPath(given, 1);
        var keys = new List<JinjaValue>();
        var found = new List<JinjaValue>();

        foreach (var item in Kinds.Items(of, given.Site))
        {
            var key = KeyOf(item, path, given.Flag(0, "case_sensitive"), given.Site);

            if (!keys.Exists(known => Comparison.Equal(known, key, given.Site)))
            {
                keys.Add(key);
                found.Add(item);
            }
        }

        return given.Site.List(found);
    }

    /// <summary>The largest, or the smallest.</summary>
    public static JinjaValue Extreme(JinjaValue of, Arguments given, int sign)
    {
        given.Only("case_sensitive", "attribute");
        var path = Members.FindPath(given, 1);
        var isExact = given.Flag(0, "case_sensitive");
        var keyed = Kinds.Items(of, given.Site).Select(item => (Key: KeyOf(item, path, isExact, given.Site), item));
        (JinjaValue Key, JinjaValue Item)? best = null;

        foreach (var one in keyed)
        {
            best = best is null || Comparison.Order(one.Key, best.Value.Key, given.Site) * sign > 0 ? one : best;
        }

        return best?.Item ?? new JinjaValue.Undefined(given.What);
    }

    public static JinjaValue Sum(JinjaValue of, Arguments given)
    {
        given.Only("attribute", "start");
        var path = Members.FindPath(given, 0);
        return Kinds.Items(of, given.Site)
            .Select(item => path is null ? item : Members.Path(item, path, given.Site))
            .Aggregate(
                given.Find(1, "start") ?? JinjaValue.Of(0),
                (sum, item) => Operators.Apply("+", sum, item, given.Site));
    }

    /// <summary>How often sorting compares, about.</summary>
    public static long Comparisons(int count) => (long)count * (BitOperations.Log2((uint)count + 1) + 1);

    /// <summary>In order; those of equal keys keep theirs.</summary>
    private static List<(JinjaValue Key, JinjaValue Item)> Sort(
        IEnumerable<(JinjaValue Key, JinjaValue Item)> keyed, bool isReversed, Site site)
    {
        var order = Comparer<JinjaValue>.Create((one, other) => Comparison.Order(one, other, site));
        var all = keyed.ToList();

        // Kinds without an order are told apart here, and not by how the sorting goes.
        for (var at = 1; at < all.Count; at++)
        {
            _ = Comparison.Order(all[at - 1].Key, all[at].Key, site);
        }

        site.Step(Comparisons(all.Count));

        try
        {
            return [.. isReversed ? all.OrderByDescending(one => one.Key, order) : all.OrderBy(one => one.Key, order)];
        }
        catch (InvalidOperationException wrapped) when (wrapped.InnerException is JinjaException fault)
        {
            throw site.Fault(fault.Reason);
        }
    }

    private static JinjaValue KeyOf(JinjaValue item, string[]? path, bool isExact, Site site)
    {
        var key = path is null ? item : Members.Path(item, path, site);
        return !isExact && key is JinjaValue.Text text
            ? site.Text(text.Value.WithCharacters(text.Value.Value.ToLowerInvariant()))
            : key;
    }

    private static bool Passes(JinjaValue value, Arguments given, int at)
    {
        if (given.Values.Count <= at)
        {
            return Kinds.IsTrue(value);
        }

        var name = given.Text(at, "test").Value;
        return Tests.IsSo(value, name, Charged(given.Skip(at + 1, name)));
    }

    private static Arguments Charged(Arguments given)
    {
        given.Site.Step();
        given.Site.Read(given.What);
        return given;
    }
}
