using System.Text;
using Element = Marketplace.Compute.Inference.Grammars.Grammar.Element;

namespace Marketplace.Compute.Inference.Grammars;

/// <summary>
/// Any text but for what begins a call, as rules whose last element is the next one: stacks stay flat however long the
/// text becomes. It may end anywhere.
/// </summary>
internal sealed class FreeText
{
    private static readonly ByteSet Any = ByteSet.Range(0, 255);
    private static readonly ByteSet Blank = ByteSet.Of(" \t\r\n"u8);

    private readonly Grammar _grammar;
    private readonly int _free;

    public FreeText(Grammar grammar)
    {
        _grammar = grammar;
        _free = grammar.NewRule();
        grammar.Add(_free);
        grammar.Add(_free, Element.Of(Any), Element.Of(_free));
    }

    /// <summary>
    /// Text in which a mark can stand only before the calls: the automaton of Knuth, Morris and Pratt over its bytes.
    /// </summary>
    /// <param name="mark">Of ASCII.</param>
    /// <param name="calls">What follows the mark.</param>
    public int Without(string mark, int calls)
    {
        var bytes = Encoding.ASCII.GetBytes(mark);
        var begun = bytes.Select(_ => _grammar.NewRule()).ToArray();

        for (var have = 0; have < bytes.Length; have++)
        {
            _grammar.Add(begun[have]);
            var ways = Enumerable.Range(0, 256)
                .GroupBy(value => Ahead(bytes, have, (byte)value), value => (byte)value);

            foreach (var way in ways)
            {
                var next = way.Key == bytes.Length ? calls : begun[way.Key];
                _grammar.Add(begun[have], Element.Of(ByteSet.Of([.. way])), Element.Of(next));
            }
        }

        return begun[0];
    }

    /// <summary>
    /// Text that begins with no call, or calls: an answer that begins with an object whose first member is <c>name</c>,
    /// or <c>type</c> with the value <c>function</c> and then <c>name</c>, or with a list of such, is calls.
    /// </summary>
    /// <param name="alone">What follows the colon behind the name of a call alone.</param>
    /// <param name="listed">What follows that of the first call of a list.</param>
    public int WithoutCallAhead(int alone, int listed)
    {
        var list = Blanks(('{', InObject(listed)));
        return Blanks(('{', InObject(alone)), ('[', list));
    }

    private int InObject(int rest)
    {
        var afterName = Blanks((':', rest));
        var name = Blanks((',', Blanks(('"', Word("name\"", afterName)))));
        var function = Blanks((':', Blanks(('"', Word("function\"", name)))));

        return Blanks(('"', Step(_grammar.NewRule(), ('n', Word("ame\"", afterName)), ('t', Word("ype\"", function)))));
    }

    /// <summary>A word and what follows it, or anything else.</summary>
    private int Word(string text, int next) => text.Reverse()
        .Aggregate(next, (behind, one) => Step(_grammar.NewRule(), (one, behind)));

    /// <summary>Blanks and one of these, or anything else.</summary>
    private int Blanks(params (char One, int Next)[] ways)
    {
        var rule = _grammar.NewRule();
        _grammar.Add(rule, Element.Of(Blank), Element.Of(rule));
        return Step(rule, ways, Any.Without(Blank));
    }

    private int Step(int rule, params (char One, int Next)[] ways) => Step(rule, ways, Any);

    private int Step(int rule, (char One, int Next)[] ways, ByteSet others)
    {
        foreach (var (one, next) in ways)
        {
            var set = ByteSet.Of((byte)one);
            others = others.Without(set);
            _grammar.Add(rule, Element.Of(set), Element.Of(next));
        }

        _grammar.Add(rule, Element.Of(others), Element.Of(_free));
        _grammar.Add(rule);
        return rule;
    }

    /// <summary>How much of a mark a text ends with, after one more byte.</summary>
    private static int Ahead(byte[] mark, int have, byte value)
    {
        byte[] text = [.. mark.AsSpan(0, have), value];
        var length = text.Length;

        while (!text.AsSpan(text.Length - length).SequenceEqual(mark.AsSpan(0, length)))
        {
            length--;
        }

        return length;
    }
}
