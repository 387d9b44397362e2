using System.Globalization;

namespace Marketplace.Benchmarks;

/// <summary>The options of a run: <c>--name value</c> pairs. A suite takes those it knows; one left over is an error.</summary>
internal sealed class SuiteOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">The arguments are no pairs.</exception>
    public SuiteOptions(IReadOnlyList<string> arguments)
    {
        for (var at = 0; at < arguments.Count; at += 2)
        {
            var name = arguments[at];

            if (!name.StartsWith("--", StringComparison.Ordinal) || at + 1 == arguments.Count)
            {
                throw new FormatException($"'{name}': expected --name value");
            }

            if (!_values.TryAdd(name, arguments[at + 1]))
            {
                throw new FormatException($"{name} is given twice");
            }
        }
    }

    public string? Text(string name) => _values.Remove(name, out var value) ? value : null;

    public int Number(string name, int fallback, int min, int max)
    {
        if (!_values.Remove(name, out var text))
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new FormatException($"{name} {text}: expected a whole number from {min} to {max}");
    }

    /// <summary>Called by a suite when it has taken what it knows.</summary>
    /// <exception cref="FormatException">Something is left.</exception>
    public void ExpectNoMore()
    {
        if (_values.Count > 0)
        {
            throw new FormatException($"unknown option {_values.Keys.First()}");
        }
    }
}
