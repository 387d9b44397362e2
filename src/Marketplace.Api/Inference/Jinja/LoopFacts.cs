namespace Marketplace.Api.Inference.Jinja;

/// <summary>What a round of a loop knows of itself, by the name <c>loop</c>.</summary>
internal static class LoopFacts
{
    public static JinjaValue Of(IReadOnlyList<JinjaValue> items, int at)
    {
        var facts = new OrderedDictionary<string, JinjaValue>(StringComparer.Ordinal)
        {
            ["index"] = JinjaValue.Of(at + 1),
            ["index0"] = JinjaValue.Of(at),
            ["revindex"] = JinjaValue.Of(items.Count - at),
            ["revindex0"] = JinjaValue.Of(items.Count - at - 1),
            ["first"] = JinjaValue.Of(at == 0),
            ["last"] = JinjaValue.Of(at == items.Count - 1),
            ["length"] = JinjaValue.Of(items.Count),
            ["cycle"] = new JinjaValue.Function("cycle", given => given.Values.Count > 0
                ? given.Values[at % given.Values.Count]
                : throw given.Site.Fault("cycle needs values")),
        };

        if (at > 0)
        {
            facts["previtem"] = items[at - 1];
        }

        if (at + 1 < items.Count)
        {
            facts["nextitem"] = items[at + 1];
        }

        return new JinjaValue.Dict(facts, hasOwnKeys: true);
    }
}
