using System.Globalization;
using System.Text.Json.Nodes;

namespace Marketplace.StripeSim;

/// <summary>
/// The parameters of a request. A handler takes the ones it knows, then says that it has them all: what is left over is
/// unknown, and refused as Stripe does.
/// </summary>
public sealed class SimForm(IReadOnlyDictionary<string, string> values)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Paths that the reply is to be expanded by.</summary>
    public IReadOnlyList<string> Expand => [.. Below("expand").Values];

    public string? Find(string name)
    {
        _taken.Add(name);
        return values.GetValueOrDefault(name);
    }

    public string Text(string name) =>
        Find(name) ?? throw SimException.Invalid("parameter_missing", $"Missing required param: {name}.");

    public long Number(string name) => long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw SimException.Invalid("parameter_invalid_integer", $"Invalid integer: {name}");

    public long? FindNumber(string name) => Find(name) is null ? null : Number(name);

    /// <summary>All of <c>name[key]</c>, by key.</summary>
    public IReadOnlyDictionary<string, string> Below(string name)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);

        foreach (var (key, value) in values)
        {
            if (key.StartsWith(name + "[", StringComparison.Ordinal) && key.EndsWith(']'))
            {
                _taken.Add(key);
                found[key[(name.Length + 1)..^1]] = value;
            }
        }

        return found;
    }

    public JsonObject Metadata(string name = "metadata")
    {
        var metadata = new JsonObject();

        foreach (var (key, value) in Below(name))
        {
            metadata[key] = value;
        }

        return metadata;
    }

    /// <summary>Refuses what nobody took.</summary>
    public void Done()
    {
        _ = Expand;

        if (values.Keys.FirstOrDefault(key => !_taken.Contains(key)) is { } unknown)
        {
            throw SimException.Invalid("parameter_unknown", $"Received unknown parameter: {unknown}");
        }
    }
}
