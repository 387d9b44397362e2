namespace Marketplace.Api.Inference.Jinja;

/// <summary>Methods of objects, as Python's dictionaries have them; none that changes one.</summary>
internal static class DictMethods
{
    public static JinjaValue? Find(JinjaValue.Dict dict, string name) => name switch
    {
        "items" => new JinjaValue.Function(name, given => Items(dict, given.Only().Site)),
        "keys" => new JinjaValue.Function(
            name, given => given.Only().Site.List([.. dict.Members.Keys.Select(dict.Key)])),
        "values" => new JinjaValue.Function(name, given => given.Only().Site.List([.. dict.Members.Values])),
        "get" => new JinjaValue.Function(name, given =>
        {
            var key = Printed.Text(given.Only("key", "default").Get(0, "key"), given.Site).Value;
            given.Site.Read(key);
            return dict.Members.GetValueOrDefault(key) ?? given.Find(1, "default") ?? JinjaValue.Nothing;
        }),
        "update" or "pop" or "clear" or "setdefault" or "popitem" => new JinjaValue.Function(
            name, given => throw given.Site.Fault($"an object cannot be changed: no {name}")),
        _ => null,
    };

    /// <summary>Pairs of key and value.</summary>
    public static JinjaValue Items(JinjaValue.Dict dict, Site site) => site.List(
        [.. dict.Members.Select(one => (JinjaValue)new JinjaValue.List([dict.Key(one.Key), one.Value]))]);
}
