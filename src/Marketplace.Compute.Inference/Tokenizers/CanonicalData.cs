using System.Globalization;
using System.Reflection;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// Unicode's table of canonical forms: combining classes, and what code points are taken apart to and composed from.
/// Hangul's syllables, which follow a rule, are not in it.
/// </summary>
internal sealed class CanonicalData
{
    private const string Resource = "Marketplace.Compute.Inference.Tokenizers.CanonicalForms.txt";

    // Chains of two are the longest that Unicode has; more would be a table that goes round.
    private const int DepthMax = 8;

    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, int[]> _apart = [];
    private readonly Dictionary<(int First, int Second), int> _pairs = [];

    private CanonicalData(TextReader lines)
    {
        while (lines.ReadLine() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

            switch (words[0])
            {
                case "class":
                    AddClass(words[1].Split('-'), byte.Parse(words[2], CultureInfo.InvariantCulture));
                    break;
                case "pair":
                    _pairs.Add((Code(words[2]), Code(words[3])), Code(words[1]));
                    goto case "apart";
                case "apart":
                    _apart.Add(Code(words[1]), [.. words.Skip(2).Select(Code)]);
                    break;
            }
        }

        // Wholly, so that a text is taken apart in one pass.
        foreach (var code in _apart.Keys.ToList())
        {
            _apart[code] = [.. Wholly(code, DepthMax)];
        }
    }

    public static CanonicalData Unicode { get; } = Read();

    /// <summary>By this the marks of one base are ordered; 0 for what is no mark or stays in its place.</summary>
    public byte ClassOf(int code) => _classes.GetValueOrDefault(code);

    /// <summary>What the code point is taken apart to, wholly; empty where it stays as it is.</summary>
    public ReadOnlySpan<int> Apart(int code) => _apart.GetValueOrDefault(code);

    /// <summary>What the two become; null where they stay two.</summary>
    public int? Pair(int first, int second) => _pairs.TryGetValue((first, second), out var one) ? one : null;

    private static CanonicalData Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return new(reader);
    }

    private static int Code(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private void AddClass(string[] range, byte value)
    {
        for (var code = Code(range[0]); code <= Code(range[1]); code++)
        {
            _classes.Add(code, value);
        }
    }

    private IEnumerable<int> Wholly(int code, int depth) => depth > 0 && _apart.TryGetValue(code, out var parts)
        ? parts.SelectMany(part => Wholly(part, depth - 1))
        : [code];
}
