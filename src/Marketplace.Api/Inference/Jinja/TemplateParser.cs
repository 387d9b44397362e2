namespace Marketplace.Api.Inference.Jinja;

/// <summary>Reads the statements of a template.</summary>
internal sealed class TemplateParser
{
    private readonly LexemeReader _read;
    private readonly ExpressionParser _expressions;
    private int _loops;

    private TemplateParser(LexemeReader read) => (_read, _expressions) = (read, new(read));

    /// <exception cref="JinjaException">It is no template, or asks for what is not supported.</exception>
    public static IReadOnlyList<Statement> Read(string source)
    {
        var parser = new TemplateParser(new(Lexer.Read(source)));
        var statements = parser.Body();

        return parser._read.Now.Kind == LexemeKind.End
            ? statements
            : throw new JinjaException($"'{parser._read.Next.Text}' closes nothing", parser._read.Line);
    }

    /// <summary>Statements up to the end, or to a block of one of these names, which is not taken.</summary>
    private List<Statement> Body(params string[] ends)
    {
        var statements = new List<Statement>();

        while (_read.Now.Kind != LexemeKind.End)
        {
            var now = _read.Now;

            if (now.Kind == LexemeKind.Text)
            {
                statements.Add(new Statement.Text(_read.Take().Text, now.Line));
            }
            else if (now.Kind == LexemeKind.OutputBegin)
            {
                _read.Take();
                statements.Add(new Statement.Output(_expressions.ReadList(), now.Line));
                _read.Expect(LexemeKind.OutputEnd, "'}}'");
            }
            else if (IsEnd(ends))
            {
                return statements;
            }
            else
            {
                _read.Take();
                statements.Add(_read.Within(Block));
            }
        }

        return ends.Length == 0 ? statements : throw _read.Fault($"expected '{ends[^1]}'");
    }

    private bool IsEnd(string[] ends) => _read.Next.Kind == LexemeKind.Name
        && (ends.Contains(_read.Next.Text, StringComparer.Ordinal)
            || (ends.Length == 0 && _read.Next.Text.StartsWith("end", StringComparison.Ordinal)));

    private Statement Block()
    {
        var line = _read.Line;
        var name = _read.Name();

        return name switch
        {
            "if" => If(line),
            "for" => For(line),
            "set" => Set(line),
            "macro" => Macro(line),
            "generation" => new Statement.Block(Whole("endgeneration"), line),
            "filter" => FilterBlock(line),
            "with" => With(line),
            "break" or "continue" => Jump(name, line),
            _ => throw new JinjaException($"the statement '{name}' is not supported", line),
        };
    }

    /// <summary>The rest of a block's head, its body and its end.</summary>
    private List<Statement> Whole(string end)
    {
        Close();
        var body = Body(end);
        End(end);
        return body;
    }

    private void Close() => _read.Expect(LexemeKind.BlockEnd, "'%}'");

    private void End(string name)
    {
        _read.Expect(LexemeKind.BlockBegin, $"'{name}'");
        _read.Expect(name);

        // A macro's name may stand behind its end.
        if (name == "endmacro" && _read.Now.Kind == LexemeKind.Name)
        {
            _read.Take();
        }

        Close();
    }

    private Statement.If If(int line)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();

        do
        {
            var when = _expressions.Read();
            Close();
            branches.Add((when, Body("elif", "else", "endif")));
            _read.Expect(LexemeKind.BlockBegin, "'endif'");
        }
        while (_read.Skip("elif"));

        IReadOnlyList<Statement> otherwise = [];

        if (_read.Skip("else"))
        {
            Close();
            otherwise = Body("endif");
            _read.Expect(LexemeKind.BlockBegin, "'endif'");
        }

        _read.Expect("endif");
        Close();
        return new(branches, otherwise, line);
    }

    private Statement.For For(int line)
    {
        var targets = Targets();
        _read.Expect("in");
        var over = _expressions.ReadPlain();
        var where = _read.Skip("if") ? _expressions.Read() : null;

        if (_read.Now.Is("recursive"))
        {
            throw _read.Fault("recursive loops are not supported");
        }

        Close();
        _loops++;
        var body = Body("else", "endfor");
        _loops--;
        _read.Expect(LexemeKind.BlockBegin, "'endfor'");
        IReadOnlyList<Statement> otherwise = [];

        if (_read.Skip("else"))
        {
            Close();
            otherwise = Body("endfor");
            _read.Expect(LexemeKind.BlockBegin, "'endfor'");
        }

        _read.Expect("endfor");
        Close();
        return new(targets, over, where, body, otherwise, line);
    }

    private List<string> Targets()
    {
        var isOpen = _read.Skip("(");
        var targets = new List<string> { _read.Name() };

        while (_read.Skip(","))
        {
            targets.Add(_read.Name());
        }

        if (isOpen)
        {
            _read.Expect(")");
        }

        return targets;
    }

    private Statement Set(int line)
    {
        if (_read.Now.Kind == LexemeKind.Name && _read.Next.Is("."))
        {
            var name = _read.Name();
            _read.Expect(".");
            var member = _read.Name();
            _read.Expect("=");
            var value = _expressions.ReadList();
            Close();
            return new Statement.SetMember(name, member, value, line);
        }

        var targets = Targets();

        if (_read.Skip("="))
        {
            var value = _expressions.ReadList();
            Close();
            return new Statement.Set(targets, value, line);
        }

        if (targets.Count > 1)
        {
            throw _read.Fault("expected '='");
        }

        IReadOnlyList<Expression.Filter> filters = _read.Skip("|") ? _expressions.Filters() : [];
        return new Statement.SetBlock(targets[0], filters, Whole("endset"), line);
    }

    private Statement.FilterBlock FilterBlock(int line)
    {
        var filters = _expressions.Filters();
        return new(filters, Whole("endfilter"), line);
    }

    private Statement.With With(int line)
    {
        var names = new List<(string, Expression)>();

        while (_read.Now.Kind != LexemeKind.BlockEnd)
        {
            if (names.Count > 0)
            {
                _read.Expect(",");
            }

            var name = _read.Name();
            _read.Expect("=");
            names.Add((name, _expressions.Read()));
        }

        return new(names, Whole("endwith"), line);
    }

    private Statement.Macro Macro(int line)
    {
        var name = _read.Name();
        var parameters = new List<(string, Expression?)>();
        _read.Expect("(");

        while (!_read.Skip(")"))
        {
            if (parameters.Count > 0)
            {
                _read.Expect(",");
            }

            var parameter = _read.Name();
            parameters.Add((parameter, _read.Skip("=") ? _expressions.Read() : null));
        }

        // A loop around a macro is not the macro's to leave.
        var outer = _loops;
        _loops = 0;
        var body = Whole("endmacro");
        _loops = outer;
        return new(name, parameters, body, line);
    }

    private Statement.Jump Jump(string name, int line)
    {
        if (_loops == 0)
        {
            throw new JinjaException($"'{name}' stands outside of a loop", line);
        }

        Close();
        return new(name == "break", line);
    }
}
