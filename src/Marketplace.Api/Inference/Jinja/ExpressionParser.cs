namespace Marketplace.Api.Inference.Jinja;

/// <summary>Reads expressions; what binds tighter is read further down. Source: Jinja's documentation.</summary>
internal sealed class ExpressionParser(LexemeReader read)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", ">", "<=", ">="];
    private static readonly string[] AfterTest = ["else", "or", "and", "is", "if", "in", "not"];

    public Expression Read() => read.Within(Conditional);

    /// <summary>An expression without an <c>if</c> behind it, as in the head of a loop.</summary>
    public Expression ReadPlain() => read.Within(Or);

    /// <summary>One expression, or several with commas, which are a list.</summary>
    public Expression ReadList()
    {
        var (line, first) = (read.Line, Read());

        if (!read.Now.Is(","))
        {
            return first;
        }

        var items = new List<Expression> { first };

        while (read.Skip(",") && read.Now.Kind is not (LexemeKind.BlockEnd or LexemeKind.OutputEnd))
        {
            items.Add(Read());
        }

        return new Expression.ListOf(items, line);
    }

    /// <summary>Filters one after the other; each one's input is set when it is used.</summary>
    public IReadOnlyList<Expression.Filter> Filters()
    {
        var filters = new List<Expression.Filter>();
        var nothing = new Expression.Literal(JinjaValue.Nothing, read.Line);

        do
        {
            filters.Add(Filter(nothing));
        }
        while (read.Skip("|"));

        return filters;
    }

    private Expression Conditional()
    {
        var (line, then) = (read.Line, Or());

        while (read.Skip("if"))
        {
            var when = Or();
            var otherwise = read.Skip("else") ? read.Within(Conditional) : null;
            then = new Expression.Conditional(when, then, otherwise, line);
        }

        return then;
    }

    private Expression Or()
    {
        var (line, left) = (read.Line, And());

        while (read.Skip("or"))
        {
            left = new Expression.Logic(false, left, And(), line);
        }

        return left;
    }

    private Expression And()
    {
        var (line, left) = (read.Line, Not());

        while (read.Skip("and"))
        {
            left = new Expression.Logic(true, left, Not(), line);
        }

        return left;
    }

    private Expression Not()
    {
        var line = read.Line;
        return read.Skip("not") ? new Expression.Not(read.Within(Not), line) : Compare();
    }

    private Expression Compare()
    {
        var (line, first) = (read.Line, Sum());
        var rest = new List<(string, Expression)>();

        while (true)
        {
            if (read.Now.Kind == LexemeKind.Operator && Comparisons.Contains(read.Now.Text, StringComparer.Ordinal))
            {
                rest.Add((read.Take().Text, Sum()));
            }
            else if (read.Skip("in"))
            {
                rest.Add(("in", Sum()));
            }
            else if (read.Now.Is("not") && read.Next.Is("in"))
            {
                read.Take();
                read.Take();
                rest.Add(("not in", Sum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Expression.Compare(first, rest, line);
            }
        }
    }

    private Expression Sum() => Chain(Joined, "+", "-");

    private Expression Joined() => Chain(Product, "~");

    private Expression Product() => Chain(Power, "*", "/", "//", "%");

    private Expression Power() => Chain(() => Signed(withFilters: true), "**");

    private Expression Chain(Func<Expression> part, params string[] operators)
    {
        var (line, left) = (read.Line, part());

        while (read.Now.Kind == LexemeKind.Operator && operators.Contains(read.Now.Text, StringComparer.Ordinal))
        {
            left = new Expression.Operation(read.Take().Text, left, part(), line);
        }

        return left;
    }

    private Expression Signed(bool withFilters)
    {
        var line = read.Line;
        var found = read.Now.Is("-") || read.Now.Is("+")
            ? new Expression.Sign(IsMinus: read.Take().Text == "-", Of: read.Within(() => Signed(false)), Line: line)
            : Postfix(Primary());

        return withFilters ? Filtered(found) : found;
    }

    private Expression Primary()
    {
        var taken = read.Take();
        var line = taken.Line;

        switch (taken.Kind)
        {
            case LexemeKind.Name:
                return taken.Text switch
                {
                    "true" or "True" => new Expression.Literal(JinjaValue.Yes, line),
                    "false" or "False" => new Expression.Literal(JinjaValue.No, line),
                    "none" or "None" => new Expression.Literal(JinjaValue.Nothing, line),
                    var name => new Expression.Name(name, line),
                };
            case LexemeKind.String:
                var text = taken.Text;

                while (read.Now.Kind == LexemeKind.String)
                {
                    text += read.Take().Text;
                }

                return new Expression.Literal(JinjaValue.Own(text), line);
            case LexemeKind.Whole:
                return new Expression.Literal(Numbers.Whole(taken), line);
            case LexemeKind.Real:
                return new Expression.Literal(Numbers.Real(taken), line);
            case LexemeKind.Operator when taken.Text is "(" or "[" or "{":
                return read.Within(() => taken.Text switch
                {
                    "(" => Parenthesized(line),
                    "[" => new Expression.ListOf(Items("]"), line),
                    _ => new Expression.DictOf(Members(), line),
                });
            default:
                throw new JinjaException(
                    taken.Text.Length > 0 ? $"expected a value, found '{taken.Text}'" : "expected a value", line);
        }
    }

    private Expression Parenthesized(int line)
    {
        if (read.Skip(")"))
        {
            return new Expression.ListOf([], line);
        }

        var first = Read();

        if (read.Skip(")"))
        {
            return first;
        }

        read.Expect(",");
        return new Expression.ListOf([first, .. Items(")")], line);
    }

    private List<Expression> Items(string close)
    {
        var items = new List<Expression>();

        while (!read.Skip(close))
        {
            if (items.Count > 0)
            {
                read.Expect(",");

                if (read.Skip(close))
                {
                    break;
                }
            }

            items.Add(Read());
        }

        return items;
    }

    private List<(Expression Key, Expression Value)> Members()
    {
        var members = new List<(Expression, Expression)>();

        while (!read.Skip("}"))
        {
            if (members.Count > 0)
            {
                read.Expect(",");

                if (read.Skip("}"))
                {
                    break;
                }
            }

            var key = Read();
            read.Expect(":");
            members.Add((key, Read()));
        }

        return members;
    }

    private Expression Postfix(Expression of)
    {
        while (true)
        {
            var line = read.Line;

            if (read.Skip("."))
            {
                of = read.Now.Kind == LexemeKind.Whole
                    ? new Expression.Item(of, new Expression.Literal(Numbers.Whole(read.Take()), line), line)
                    : new Expression.Attribute(of, read.Name(), line);
            }
            else if (read.Skip("["))
            {
                of = Subscript(of, line);
            }
            else if (read.Now.Is("("))
            {
                of = new Expression.Call(of, Given(), line);
            }
            else
            {
                return of;
            }
        }
    }

    private Expression Subscript(Expression of, int line)
    {
        var parts = new Expression?[3];
        var at = 0;

        while (!read.Skip("]"))
        {
            if (read.Skip(":"))
            {
                if (++at == parts.Length)
                {
                    throw read.Fault("a slice has at most two colons");
                }
            }
            else if (parts[at] is null)
            {
                parts[at] = Read();
            }
            else
            {
                throw read.Fault("expected ']'");
            }
        }

        return at > 0 ? new Expression.Slice(of, parts[0], parts[1], parts[2], line)
            : parts[0] is { } index ? new Expression.Item(of, index, line)
            : throw read.Fault("expected an index");
    }

    private GivenExpressions Given()
    {
        read.Expect("(");
        var values = new List<Expression>();
        var named = new List<(string, Expression)>();

        while (!read.Skip(")"))
        {
            if (values.Count + named.Count > 0)
            {
                read.Expect(",");

                if (read.Skip(")"))
                {
                    break;
                }
            }

            if (read.Now.Kind == LexemeKind.Name && read.Next.Is("="))
            {
                var name = read.Name();
                read.Expect("=");
                named.Add((name, Read()));
            }
            else if (named.Count > 0)
            {
                throw read.Fault("expected an argument with a name");
            }
            else
            {
                values.Add(Read());
            }
        }

        return new(values, named);
    }

    private Expression Filtered(Expression of)
    {
        while (true)
        {
            if (read.Skip("|"))
            {
                of = Filter(of);
            }
            else if (read.Skip("is"))
            {
                of = Test(of);
            }
            else if (read.Now.Is("("))
            {
                of = new Expression.Call(of, Given(), read.Line);
            }
            else
            {
                return of;
            }
        }
    }

    private Expression.Filter Filter(Expression of)
    {
        var line = read.Line;
        var name = read.Name();
        return new Expression.Filter(of, name, read.Now.Is("(") ? Given() : GivenExpressions.Nothing, line);
    }

    private Expression Test(Expression of)
    {
        var line = read.Line;
        var isNot = read.Skip("not");
        var name = read.Name();
        var given = read.Now.Is("(") ? Given()
            : IsArgument() ? new([Postfix(Primary())], [])
            : GivenExpressions.Nothing;
        var test = new Expression.Test(of, name, given, line);

        return isNot ? new Expression.Not(test, line) : test;
    }

    private bool IsArgument() => read.Now.Kind switch
    {
        LexemeKind.String or LexemeKind.Whole or LexemeKind.Real => true,
        LexemeKind.Name => !AfterTest.Contains(read.Now.Text, StringComparer.Ordinal),
        LexemeKind.Operator => read.Now.Text is "[" or "{",
        _ => false,
    };
}
