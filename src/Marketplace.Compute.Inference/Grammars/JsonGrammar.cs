using Element = Marketplace.Compute.Inference.Grammars.Grammar.Element;

namespace Marketplace.Compute.Inference.Grammars;

/// <summary>
/// The parts of JSON (RFC 8259) as rules. Space stands only after colons and commas, at most one: a model that is bound
/// to the rules cannot spend its tokens on blanks. Numbers have at most 16 digits before and after the point.
/// </summary>
internal sealed class JsonGrammar
{
    private const int DigitsMax = 15;
    private const int ExponentDigitsMax = 2;

    private static readonly ByteSet Digit = ByteSet.Range('0', '9');
    private static readonly ByteSet Continuation = ByteSet.Range(0x80, 0xBF);
    private static readonly ByteSet HexDigit = Digit | ByteSet.Range('a', 'f') | ByteSet.Range('A', 'F');

    private readonly Grammar _grammar;
    private int? _value;
    private int _object;

    public JsonGrammar(Grammar grammar)
    {
        _grammar = grammar;
        Space = grammar.Rule([], Element.Literal(" "));
        Character = NewCharacter();
        Text = NewText();
        Integer = NewInteger();
        Number = NewNumber();
        Boolean = grammar.Rule(Element.Literal("true"), Element.Literal("false"));
        Null = grammar.Rule(Element.Literal("null"));
    }

    /// <summary>None or one.</summary>
    public int Space { get; }

    /// <summary>One character of a string, escaped where it must be.</summary>
    public int Character { get; }

    /// <summary>A string with its quotes.</summary>
    public int Text { get; }

    public int Integer { get; }

    public int Number { get; }

    public int Boolean { get; }

    public int Null { get; }

    /// <summary>Any value.</summary>
    public int Value => _value ??= NewValue();

    /// <summary>Any object.</summary>
    public int AnyObject
    {
        get
        {
            _value ??= NewValue();
            return _object;
        }
    }

    /// <summary>So many to so many of a thing; null for no upper bound.</summary>
    public int Repeat(Element[] one, int least, int? most)
    {
        var rest = most is null ? _grammar.NewRule() : _grammar.Rule(Array.Empty<Element>());

        if (most is { } bound)
        {
            for (var left = bound - least; left > 0; left--)
            {
                rest = _grammar.Rule([], [.. one, Element.Of(rest)]);
            }
        }
        else
        {
            _grammar.Add(rest);
            _grammar.Add(rest, [.. one, Element.Of(rest)]);
        }

        for (var left = least; left > 0; left--)
        {
            rest = _grammar.Rule([.. one, Element.Of(rest)]);
        }

        return rest;
    }

    /// <summary>Things between commas, none or more.</summary>
    public int List(Element[] one) =>
        _grammar.Rule([], [.. one, Element.Of(Repeat([.. Comma, .. one], 0, null))]);

    /// <summary>A rule between two texts.</summary>
    public int Between(string open, int rule, string close) =>
        _grammar.Rule([.. Element.Literal(open), Element.Of(rule), .. Element.Literal(close)]);

    public Element[] Comma => [.. Element.Literal(","), Element.Of(Space)];

    public Element[] Colon => [.. Element.Literal(":"), Element.Of(Space)];

    private int NewValue()
    {
        var value = _grammar.NewRule();
        _value = value;
        _object = Between("{", List([Element.Of(Text), .. Colon, Element.Of(value)]), "}");
        var list = Between("[", List([Element.Of(value)]), "]");

        foreach (var kind in new[] { _object, list, Text, Number, Boolean, Null })
        {
            _grammar.Add(value, Element.Of(kind));
        }

        return value;
    }

    private int NewText() => Between("\"", Repeat([Element.Of(Character)], 0, null), "\"");

    private int NewCharacter()
    {
        var hex = Element.Of(HexDigit);
        var low = ByteSet.Of("89abAB"u8);
        var high = Element.Of(ByteSet.Of("cdefCDEF"u8));
        var d = Element.Of(ByteSet.Of("dD"u8));
        var next = Element.Of(Continuation);
        return _grammar.Rule(
            [Element.Of(ByteSet.Range(0x20, 0x7F).Without(ByteSet.Of("\"\\"u8)))],

            // Well-formed UTF-8: the table of Unicode's section 3.9.
            [Element.Of(ByteSet.Range(0xC2, 0xDF)), next],
            [Element.Of(ByteSet.Of(0xE0)), Element.Of(ByteSet.Range(0xA0, 0xBF)), next],
            [Element.Of(ByteSet.Range(0xE1, 0xEC) | ByteSet.Range(0xEE, 0xEF)), next, next],
            [Element.Of(ByteSet.Of(0xED)), Element.Of(ByteSet.Range(0x80, 0x9F)), next],
            [Element.Of(ByteSet.Of(0xF0)), Element.Of(ByteSet.Range(0x90, 0xBF)), next, next],
            [Element.Of(ByteSet.Range(0xF1, 0xF3)), next, next, next],
            [Element.Of(ByteSet.Of(0xF4)), Element.Of(ByteSet.Range(0x80, 0x8F)), next, next],

            // Escapes; halves of surrogate pairs only together.
            [.. Element.Literal("\\"), Element.Of(ByteSet.Of("\"\\/bfnrt"u8))],
            [.. Element.Literal("\\u"), Element.Of(HexDigit.Without(ByteSet.Of("dD"u8))), hex, hex, hex],
            [.. Element.Literal("\\u"), d, Element.Of(ByteSet.Range('0', '7')), hex, hex],
            [.. Element.Literal("\\u"), d, Element.Of(low), hex, hex, .. Element.Literal("\\u"), d, high, hex, hex]);
    }

    private int NewInteger()
    {
        var rest = Repeat([Element.Of(Digit)], 0, DigitsMax);
        var whole = _grammar.Rule(
            Element.Literal("0"), [Element.Of(ByteSet.Range('1', '9')), Element.Of(rest)]);
        return _grammar.Rule([Element.Of(whole)], [.. Element.Literal("-"), Element.Of(whole)]);
    }

    private int NewNumber()
    {
        var digit = Element.Of(Digit);
        var fraction = _grammar.Rule(
            [], [.. Element.Literal("."), digit, Element.Of(Repeat([digit], 0, DigitsMax))]);
        var sign = _grammar.Rule([], [Element.Of(ByteSet.Of("+-"u8))]);
        var exponent = _grammar.Rule(
            [],
            [
                Element.Of(ByteSet.Of("eE"u8)), Element.Of(sign), digit,
                Element.Of(Repeat([digit], 0, ExponentDigitsMax - 1)),
            ]);
        return _grammar.Rule([Element.Of(Integer), Element.Of(fraction), Element.Of(exponent)]);
    }
}
