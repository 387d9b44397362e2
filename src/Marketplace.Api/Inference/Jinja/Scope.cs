namespace Marketplace.Api.Inference.Jinja;

/// <summary>Names and what they stand for; what is not found here is looked for around it.</summary>
internal sealed class Scope(Scope? around)
{
    private readonly Dictionary<string, JinjaValue> _names = new(StringComparer.Ordinal);

    public JinjaValue this[string name]
    {
        set => _names[name] = value;
    }

    public JinjaValue? Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Around)
        {
            if (scope._names.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return null;
    }

    private Scope? Around => around;
}
