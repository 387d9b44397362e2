using System.Text;

namespace Marketplace.Api.Inference.Jinja;

/// <summary>
/// Cuts a template into its parts. Blocks take the line break after them and the blanks before them along, as the
/// options <c>trim_blocks</c> and <c>lstrip_blocks</c> say that Hugging Face's transformers sets. Source: Jinja's
/// template designer documentation, "Whitespace Control".
/// </summary>
internal sealed class Lexer
{
    private static readonly string[] LongOperators = ["//", "**", "==", "!=", ">=", "<="];

    private readonly string _source;
    private readonly List<Lexeme> _found = [];
    private int _at;
    private int _line = 1;
    private int _counted;

    private Lexer(string source)
    {
        var text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        _source = text.EndsWith('\n') ? text[..^1] : text;
    }

    /// <exception cref="JinjaException">It is no template.</exception>
    public static IReadOnlyList<Lexeme> Read(string source)
    {
        if (source.Length > JinjaLimits.TemplateCharactersMax)
        {
            throw new JinjaException(
                $"the template has {source.Length} characters, allowed are {JinjaLimits.TemplateCharactersMax}", 1);
        }

        var lexer = new Lexer(source);
        lexer.Read();
        return lexer._found;
    }

    private void Read()
    {
        while (NextTag() is { } open)
        {
            var kind = _source[open + 1];
            var sign = At(open + 2) is '-' or '+' ? At(open + 2) : ' ';
            Written(open, sign, isVariable: kind == '{');
            _at = open + (sign == ' ' ? 2 : 3);

            switch (kind)
            {
                case '#':
                    Comment();
                    break;
                case '{':
                    Inside(LexemeKind.OutputBegin, LexemeKind.OutputEnd, '}');
                    break;
                default:
                    if (!Raw())
                    {
                        Inside(LexemeKind.BlockBegin, LexemeKind.BlockEnd, '%');
                    }

                    break;
            }
        }

        Add(LexemeKind.Text, _source[_at..]);
        _at = _source.Length;
        Add(LexemeKind.End, "");
    }

    private int? NextTag()
    {
        for (var at = _source.IndexOf('{', _at); at >= 0 && at + 1 < _source.Length; at = _source.IndexOf('{', at + 1))
        {
            if (_source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return null;
    }

    /// <summary>The text up to a tag.</summary>
    private void Written(int end, char sign, bool isVariable)
    {
        var text = _source[_at..end];

        if (sign == '-')
        {
            text = text.TrimEnd();
        }
        else if (sign != '+' && !isVariable)
        {
            var lineBegin = text.LastIndexOf('\n') + 1;
            var begins = lineBegin > 0 || _at == 0 || _source[_at - 1] == '\n';
            text = begins && string.IsNullOrWhiteSpace(text[lineBegin..]) ? text[..lineBegin] : text;
        }

        Add(LexemeKind.Text, text);
    }

    private void Comment()
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);

        if (end < 0)
        {
            throw Fault("the comment has no end");
        }

        var sign = end > _at ? _source[end - 1] : ' ';
        _at = end + 2;
        AfterBlock(sign);
    }

    /// <summary>Takes a whole raw block, if one begins here.</summary>
    private bool Raw()
    {
        var at = SkipBlanks(_at);

        if (string.CompareOrdinal(_source, at, "raw", 0, 3) != 0 || CloseOf(at + 3) is not { } open)
        {
            return false;
        }

        _at = open.After;
        AfterBlock(open.Sign);

        for (var end = _source.IndexOf("{%", _at, StringComparison.Ordinal); end >= 0;
             end = _source.IndexOf("{%", end + 2, StringComparison.Ordinal))
        {
            var sign = At(end + 2) is '-' or '+' ? At(end + 2) : ' ';
            var name = SkipBlanks(end + (sign == ' ' ? 2 : 3));

            if (string.CompareOrdinal(_source, name, "endraw", 0, 6) == 0 && CloseOf(name + 6) is { } close)
            {
                Written(end, sign, isVariable: false);
                _at = close.After;
                AfterBlock(close.Sign);
                return true;
            }
        }

        throw Fault("the raw block has no end");
    }

    private (int After, char Sign)? CloseOf(int from)
    {
        var at = SkipBlanks(from);
        var sign = At(at) is '-' or '+' ? At(at) : ' ';
        at += sign == ' ' ? 0 : 1;
        return At(at) == '%' && At(at + 1) == '}' ? (at + 2, sign) : null;
    }

    private int SkipBlanks(int at)
    {
        while (at < _source.Length && char.IsWhiteSpace(_source[at]))
        {
            at++;
        }

        return at;
    }

    private void AfterBlock(char sign)
    {
        if (sign == '-')
        {
            _at = SkipBlanks(_at);
        }
        else if (sign != '+' && At(_at) == '\n')
        {
            _at++;
        }
    }

    /// <summary>The parts of a tag. Braces that are open within it do not end it.</summary>
    private void Inside(LexemeKind begin, LexemeKind end, char mark)
    {
        Add(begin, "");
        var open = 0;

        while (true)
        {
            _at = SkipBlanks(_at);

            if (_at >= _source.Length)
            {
                throw Fault("the tag has no end");
            }

            var sign = At(_at) is '-' or '+' && At(_at + 1) == mark && At(_at + 2) == '}' ? At(_at) : ' ';
            var close = _at + (sign == ' ' ? 0 : 1);

            if (open == 0 && At(close) == mark && At(close + 1) == '}')
            {
                Add(end, "");
                _at = close + 2;
                After(sign, end);
                return;
            }

            Part();
            open += _found[^1].Kind != LexemeKind.Operator ? 0 : _found[^1].Text switch
            {
                "{" or "[" or "(" => 1,
                "}" or "]" or ")" => -1,
                _ => 0,
            };
        }
    }

    private void After(char sign, LexemeKind end)
    {
        if (end == LexemeKind.BlockEnd)
        {
            AfterBlock(sign);
        }
        else if (sign == '-')
        {
            _at = SkipBlanks(_at);
        }
    }

    private void Part()
    {
        var first = _source[_at];

        if (first is '\'' or '"')
        {
            Quoted(first);
        }
        else if (char.IsAsciiDigit(first))
        {
            Number();
        }
        else if (char.IsLetter(first) || first == '_')
        {
            var end = _at;

            while (char.IsLetterOrDigit(At(end)) || At(end) == '_')
            {
                end++;
            }

            // Names are looked up at every step.
            if (end - _at > JinjaLimits.NameCharactersMax)
            {
                throw Fault($"a name has more than {JinjaLimits.NameCharactersMax} characters");
            }

            Take(LexemeKind.Name, end);
        }
        else if (LongOperators.FirstOrDefault(one => string.CompareOrdinal(_source, _at, one, 0, 2) == 0) is not null)
        {
            Take(LexemeKind.Operator, _at + 2);
        }
        else if ("+-/*%~[](){}<>=.:|,".Contains(first, StringComparison.Ordinal))
        {
            Take(LexemeKind.Operator, _at + 1);
        }
        else
        {
            throw Fault($"'{first}' means nothing here");
        }
    }

    private void Number()
    {
        var end = _at;
        var isReal = false;

        while (char.IsAsciiDigit(At(end)) || At(end) == '_')
        {
            end++;
        }

        if (At(end) == '.' && char.IsAsciiDigit(At(end + 1)))
        {
            isReal = true;
            end++;

            while (char.IsAsciiDigit(At(end)))
            {
                end++;
            }
        }

        if (At(end) is 'e' or 'E'
            && (char.IsAsciiDigit(At(end + 1)) || (At(end + 1) is '-' or '+' && char.IsAsciiDigit(At(end + 2)))))
        {
            isReal = true;
            end += 2;

            while (char.IsAsciiDigit(At(end)))
            {
                end++;
            }
        }

        Take(isReal ? LexemeKind.Real : LexemeKind.Whole, end);
    }

    private void Quoted(char quote)
    {
        var text = new StringBuilder();
        var end = _at + 1;

        while (At(end) != quote)
        {
            if (end >= _source.Length)
            {
                throw Fault("the text has no closing quote");
            }

            if (_source[end] == '\\')
            {
                end = Escapes.Read(_source, end, text);
            }
            else
            {
                text.Append(_source[end++]);
            }
        }

        Add(LexemeKind.String, text.ToString());
        _at = end + 1;
    }

    private void Take(LexemeKind kind, int end)
    {
        Add(kind, _source[_at..end]);
        _at = end;
    }

    private char At(int at) => at >= 0 && at < _source.Length ? _source[at] : '\0';

    private void Add(LexemeKind kind, string text)
    {
        if (kind != LexemeKind.Text || text.Length > 0)
        {
            _found.Add(new(kind, text, Line()));
        }
    }

    private int Line()
    {
        while (_counted < _at && _counted < _source.Length)
        {
            _line += _source[_counted++] == '\n' ? 1 : 0;
        }

        return _line;
    }

    private JinjaException Fault(string reason) => new(reason, Line());
}
