namespace Marketplace.Compute.Inference.Grammars;

/// <summary>
/// A context-free grammar over bytes: rules with alternatives, each a sequence of byte sets and rules. No rule begins
/// with itself, on whatever way.
/// </summary>
internal sealed class Grammar
{
    /// <summary>Alternatives of all rules together.</summary>
    public const int AlternativesMax = 200_000;

    private readonly List<List<Element[]>> _rules = [];
    private int _alternatives;

    /// <summary>What a text must be.</summary>
    public int Root { get; set; }

    /// <summary>Adds a rule without alternatives; answers its number.</summary>
    public int NewRule()
    {
        _rules.Add([]);
        return _rules.Count - 1;
    }

    /// <summary>Adds a rule that is any of these.</summary>
    public int Rule(params IEnumerable<Element[]> alternatives)
    {
        var rule = NewRule();

        foreach (var alternative in alternatives)
        {
            Add(rule, alternative);
        }

        return rule;
    }

    /// <exception cref="SchemaException">The grammar becomes too large.</exception>
    public void Add(int rule, params Element[] alternative)
    {
        if (++_alternatives > AlternativesMax)
        {
            throw new SchemaException("", $"makes more than {AlternativesMax} rules");
        }

        _rules[rule].Add(alternative);
    }

    public IReadOnlyList<Element[]> Alternatives(int rule) => _rules[rule];

    /// <summary>A byte of a set, or a rule.</summary>
    /// <param name="Bytes">Where <paramref name="RuleNumber"/> is negative: what the byte may be.</param>
    /// <param name="RuleNumber">A rule, or -1.</param>
    public readonly record struct Element(ByteSet Bytes, int RuleNumber)
    {
        public static Element Of(ByteSet bytes) => new(bytes, -1);

        public static Element Of(int rule) => new(default, rule);

        /// <summary>A text, byte for byte.</summary>
        public static Element[] Literal(string text) =>
            [.. System.Text.Encoding.UTF8.GetBytes(text).Select(one => Of(ByteSet.Of(one)))];
    }
}
