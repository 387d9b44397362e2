namespace Marketplace.Api.Inference.Jinja;

/// <summary>Goes through the parts of a template, and counts how deep the reading is.</summary>
internal sealed class LexemeReader(IReadOnlyList<Lexeme> lexemes)
{
    private int _at;
    private int _depth;

    public Lexeme Now => lexemes[_at];

    public Lexeme Next => lexemes[Math.Min(_at + 1, lexemes.Count - 1)];

    public int Line => Now.Line;

    public Lexeme Take()
    {
        var taken = Now;
        _at = Math.Min(_at + 1, lexemes.Count - 1);
        return taken;
    }

    public bool Skip(string text)
    {
        var isThere = Now.Is(text);

        if (isThere)
        {
            Take();
        }

        return isThere;
    }

    public void Expect(string text)
    {
        if (!Skip(text))
        {
            throw Fault($"expected '{text}'");
        }
    }

    public Lexeme Expect(LexemeKind kind, string what) => Now.Kind == kind ? Take() : throw Fault($"expected {what}");

    public string Name() => Expect(LexemeKind.Name, "a name").Text;

    /// <summary>Reads something within something; how deep that goes is bounded.</summary>
    public T Within<T>(Func<T> read)
    {
        if (++_depth > JinjaLimits.NestingMax)
        {
            throw new JinjaException($"the template nests more than {JinjaLimits.NestingMax} deep", Line);
        }

        var found = read();
        _depth--;
        return found;
    }

    public JinjaException Fault(string reason) => new(
        $"{reason}, found " + (Now.Kind switch
        {
            LexemeKind.Text => "text",
            LexemeKind.OutputBegin => "'{{'",
            LexemeKind.OutputEnd => "'}}'",
            LexemeKind.BlockBegin => "'{%'",
            LexemeKind.BlockEnd => "'%}'",
            LexemeKind.End => "the end of the template",
            _ => $"'{Now.Text}'",
        }),
        Line);
}
