namespace Marketplace.Compute.Inference.Generation;

/// <summary>Looks for the stops of a request in a text that grows, across the borders of its tokens.</summary>
internal sealed class StopScanner(IReadOnlyList<string> stops)
{
    private readonly int _kept = stops.Count == 0 ? 0 : stops.Max(stop => stop.Length) - 1;
    private string _tail = string.Empty;

    /// <summary>Set once a stop is complete.</summary>
    public bool IsFound { get; private set; }

    public void Add(string text)
    {
        if (stops.Count == 0 || text.Length == 0)
        {
            return;
        }

        var seen = _tail + text;
        IsFound |= stops.Any(stop => seen.Contains(stop, StringComparison.Ordinal));
        _tail = seen[Math.Max(0, seen.Length - _kept)..];
    }
}
