namespace Marketplace.Api.Inference.Jinja;

/// <summary>What <c>value is name</c> asks. Source: Jinja's documentation, "List of Builtin Tests".</summary>
internal static class Tests
{
    private static readonly Dictionary<string, string> Comparisons = new(StringComparer.Ordinal)
    {
        ["eq"] = "==",
        ["equalto"] = "==",
        ["=="] = "==",
        ["ne"] = "!=",
        ["!="] = "!=",
        ["lt"] = "<",
        ["lessthan"] = "<",
        ["<"] = "<",
        ["le"] = "<=",
        ["<="] = "<=",
        ["gt"] = ">",
        ["greaterthan"] = ">",
        [">"] = ">",
        ["ge"] = ">=",
        [">="] = ">=",
        ["in"] = "in",
    };

    public static bool IsSo(JinjaValue value, string name, Arguments given) =>
        Comparisons.TryGetValue(name, out var comparison)
            ? Comparison.Holds(comparison, value, given.Only("other").Get(0, "other"), given.Site)
            : name switch
            {
                "defined" => value is not JinjaValue.Undefined,
                "undefined" => value is JinjaValue.Undefined,
                "none" => value is JinjaValue.None,
                "true" => value is JinjaValue.Bool { Value: true },
                "false" => value is JinjaValue.Bool { Value: false },
                "boolean" => value is JinjaValue.Bool,
                "string" => value is JinjaValue.Text,
                "number" => Kinds.Real(value) is not null,
                "integer" => value is JinjaValue.Int,
                "float" => value is JinjaValue.Real,
                "mapping" => value is JinjaValue.Dict,
                "sequence" or "iterable" => value is
                    JinjaValue.Text or JinjaValue.List or JinjaValue.Dict or JinjaValue.Undefined,
                "callable" => value is JinjaValue.Function,
                "lower" => Letters(value, given, char.IsUpper),
                "upper" => Letters(value, given, char.IsLower),
                "odd" => Remainder(value, 2, given) != 0,
                "even" => Remainder(value, 2, given) == 0,
                "divisibleby" => Remainder(value, given.Number(0, "num", 0), given) == 0,
                "sameas" => ReferenceEquals(value, given.Get(0, "other"))
                    || (value is JinjaValue.None or JinjaValue.Bool
                        && Comparison.Equal(value, given.Get(0, "other"), given.Site)
                        && value.GetType() == given.Get(0, "other").GetType()),
                _ => throw given.Site.Fault($"the test '{name}' is not supported"),
            };

    private static bool Letters(JinjaValue value, Arguments given, Func<char, bool> isOther)
    {
        var text = Printed.Text(value, given.Site);
        given.Site.Read(text);
        return text.Value.Any(char.IsLetter) && !text.Value.Any(isOther);
    }

    private static long Remainder(JinjaValue value, long by, Arguments given) =>
        Kinds.Whole(value) is not { } whole ? throw given.Site.Fault($"{Kinds.Name(value)} is no whole number")
            : by == 0 ? throw given.Site.Fault("division by 0")
            : by == -1 ? 0
            : whole % by;
}
