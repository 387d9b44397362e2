using System.Globalization;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>Methods of texts, as Python's strings have them.</summary>
internal static class TextMethods
{
    private static readonly Dictionary<string, Func<TaintedText, Arguments, JinjaValue>> Methods =
        new(StringComparer.Ordinal)
        {
            ["strip"] = (text, given) => Strip(text, given.Only("chars"), true, true),
            ["lstrip"] = (text, given) => Strip(text, given.Only("chars"), true, false),
            ["rstrip"] = (text, given) => Strip(text, given.Only("chars"), false, true),
            ["split"] = (text, given) => Split(text, given.Only("sep", "maxsplit")),
            ["rsplit"] = (text, given) => SplitFromEnd(text, given.Only("sep", "maxsplit")),
            ["splitlines"] = (text, given) => given.Site.Parts(TextParts.Lines(text)),
            ["startswith"] = (text, given) => Any(given.Only("prefix"), "prefix", prefix =>
                text.Value.StartsWith(prefix, StringComparison.Ordinal)),
            ["endswith"] = (text, given) => Any(given.Only("suffix"), "suffix", suffix =>
                text.Value.EndsWith(suffix, StringComparison.Ordinal)),
            ["replace"] = Filters.Replace,
            ["upper"] = (text, given) => given.Only().Site.Text(text.WithCharacters(text.Value.ToUpperInvariant())),
            ["lower"] = (text, given) => given.Only().Site.Text(text.WithCharacters(text.Value.ToLowerInvariant())),
            ["title"] = (text, given) => given.Only().Site.Text(text.WithCharacters(Title(text.Value))),
            ["capitalize"] = (text, given) => given.Only().Site.Text(TextParts.Capitalized(text)),
            ["join"] = (text, given) => Filters.Join(
                Kinds.Items(given.Only("items").Get(0, "items"), given.Site), text, given.Site),
            ["find"] = (text, given) => JinjaValue.Of(
                text.Value.IndexOf(Sought(text, given.Only("sub"), "sub"), StringComparison.Ordinal)),
            ["rfind"] = (text, given) => JinjaValue.Of(
                text.Value.LastIndexOf(Sought(text, given.Only("sub"), "sub"), StringComparison.Ordinal)),
            ["count"] = Count,
            ["removeprefix"] = (text, given) => given.Site.Text(
                text.Value.StartsWith(given.Only("prefix").Text(0, "prefix").Value, StringComparison.Ordinal)
                    ? text.Slice(given.Text(0, "prefix").Length)
                    : text),
            ["removesuffix"] = (text, given) => given.Site.Text(
                text.Value.EndsWith(given.Only("suffix").Text(0, "suffix").Value, StringComparison.Ordinal)
                    ? text.Slice(0, text.Length - given.Text(0, "suffix").Length)
                    : text),
            ["isdigit"] = (text, _) => All(text, char.IsDigit),
            ["isalpha"] = (text, _) => All(text, char.IsLetter),
            ["isalnum"] = (text, _) => All(text, char.IsLetterOrDigit),
            ["isspace"] = (text, _) => All(text, TextParts.IsBlank),
            ["isupper"] = (text, _) => JinjaValue.Of(
                text.Value.Any(char.IsUpper) && !text.Value.Any(char.IsLower)),
            ["islower"] = (text, _) => JinjaValue.Of(
                text.Value.Any(char.IsLower) && !text.Value.Any(char.IsUpper)),
        };

    public static JinjaValue? Find(TaintedText text, string name) =>
        Methods.TryGetValue(name, out var method)
            ? new JinjaValue.Function(name, given =>
            {
                given.Site.Read(text);
                return method(text, given);
            })
            : null;

    private static JinjaValue All(TaintedText text, Func<char, bool> isSo) =>
        JinjaValue.Of(text.Length > 0 && text.Value.All(isSo));

    private static JinjaValue Strip(TaintedText text, Arguments given, bool left, bool right) =>
        given.Site.Text(TextParts.Stripped(text, TextParts.Set(given), left, right));

    private static JinjaValue Split(TaintedText text, Arguments given)
    {
        var max = given.Number(1, "maxsplit", -1);
        var parts = TextParts.Split(text, Separator(text, given), max < 0 ? int.MaxValue : max);
        return given.Site.Parts(parts);
    }

    private static JinjaValue SplitFromEnd(TaintedText text, Arguments given)
    {
        var max = given.Number(1, "maxsplit", -1);
        var separator = Separator(text, given) ?? throw given.Site.Fault("rsplit needs a separator");
        var parts = TextParts.Split(text, separator, int.MaxValue);
        var joined = max < 0 ? 0 : Math.Max(0, parts.Count - 1 - max);

        if (joined == 0)
        {
            return given.Site.Parts(parts);
        }

        var rest = parts.Skip((int)joined + 1).ToList();
        var length = text.Length - rest.Sum(part => part.Length + separator.Length);
        return given.Site.Parts([.. rest.Prepend(text.Slice(0, length))]);
    }

    private static string? Separator(TaintedText text, Arguments given) => given.FindText(0, "sep") switch
    {
        null => null,
        { Length: 0 } => throw given.Site.Fault("the separator is empty"),
        _ => Sought(text, given, "sep"),
    };

    /// <summary>A text that is looked for, once that is charged.</summary>
    private static string Sought(TaintedText text, Arguments given, string name)
    {
        var sought = given.Text(0, name).Value;
        given.Site.Search(text, sought);
        return sought;
    }

    /// <summary>Whether it is so of a text, or of any in a list.</summary>
    private static JinjaValue Any(Arguments given, string name, Func<string, bool> isSo)
    {
        bool IsSo(TaintedText one)
        {
            given.Site.Read(one);
            return isSo(one.Value);
        }

        bool IsOne(JinjaValue item)
        {
            given.Site.Step();
            return item is JinjaValue.Text text && IsSo(text.Value);
        }

        return JinjaValue.Of(given.Get(0, name) is JinjaValue.List list
            ? list.Items.Any(IsOne)
            : IsSo(given.Text(0, name)));
    }

    private static JinjaValue Count(TaintedText text, Arguments given)
    {
        var sought = Sought(text, given.Only("sub"), "sub");
        return JinjaValue.Of(sought.Length == 0
            ? text.Length + 1
            : TextParts.Split(text, sought, int.MaxValue).Count - 1);
    }

    private static string Title(string text)
    {
        var made = text.ToCharArray();

        for (var at = 0; at < made.Length; at++)
        {
            made[at] = at > 0 && char.IsLetter(text[at - 1])
                ? char.ToLower(text[at], CultureInfo.InvariantCulture)
                : char.ToUpper(text[at], CultureInfo.InvariantCulture);
        }

        return new(made);
    }
}
