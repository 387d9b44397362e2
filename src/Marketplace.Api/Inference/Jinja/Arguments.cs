namespace Marketplace.Api.Inference.Jinja;

/// <summary>What a function, filter, test or method is called with.</summary>
/// <param name="What">Its name.</param>
/// <param name="Values">In their order.</param>
/// <param name="Named">By name.</param>
/// <param name="Site">Where.</param>
internal sealed record Arguments(
    string What, IReadOnlyList<JinjaValue> Values, IReadOnlyDictionary<string, JinjaValue> Named, Site Site)
{
    /// <summary>Names what may be given; an argument beyond is a fault.</summary>
    public Arguments Only(params ReadOnlySpan<string> names)
    {
        if (Values.Count > names.Length)
        {
            throw Site.Fault($"{What} takes at most {names.Length} arguments, not {Values.Count}");
        }

        foreach (var name in Named.Keys)
        {
            if (!names.Contains(name))
            {
                throw Site.Fault($"{What} takes no argument '{name}'");
            }
        }

        return this;
    }

    /// <summary>The argument in a place or of a name; null where it was not given.</summary>
    public JinjaValue? Find(int at, string name) => at < Values.Count ? Values[at] : Named.GetValueOrDefault(name);

    public JinjaValue Get(int at, string name) =>
        Find(at, name) ?? throw Site.Fault($"{What} needs the argument '{name}'");

    public TaintedText Text(int at, string name) => Get(at, name) is JinjaValue.Text text
        ? text.Value
        : throw Site.Fault($"{What} needs a text as '{name}', not {Kinds.Name(Get(at, name))}");

    public TaintedText? FindText(int at, string name) =>
        Find(at, name) is null or JinjaValue.None ? null : Text(at, name);

    public long Number(int at, string name, long fallback) => Find(at, name) switch
    {
        null => fallback,
        JinjaValue.Int number => number.Value,
        JinjaValue.Bool flag => flag.Value ? 1 : 0,
        var other => throw Site.Fault($"{What} needs a whole number as '{name}', not {Kinds.Name(other)}"),
    };

    public bool Flag(int at, string name, bool fallback = false) =>
        Find(at, name) is { } given ? Kinds.IsTrue(given) : fallback;

    /// <summary>The same without the first ones.</summary>
    public Arguments Skip(int count, string what) => this with { What = what, Values = [.. Values.Skip(count)] };
}
