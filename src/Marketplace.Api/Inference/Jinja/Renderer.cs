namespace Marketplace.Api.Inference.Jinja;

/// <summary>Runs the statements of a template.</summary>
internal sealed class Renderer
{
    private readonly Budget _budget;
    private readonly Evaluator _evaluate;
    private int _macros;

    public Renderer(Budget budget) => (_budget, _evaluate) = (budget, new(budget));

    private enum Flow
    {
        On,
        Break,
        Continue,
    }

    /// <exception cref="JinjaException">The template cannot be run, or refuses.</exception>
    public TaintedText Render(IReadOnlyList<Statement> statements, Scope scope)
    {
        var output = new TaintBuilder();
        Run(statements, scope, output);
        return output.ToText();
    }

    private Flow Run(IReadOnlyList<Statement> statements, Scope scope, TaintBuilder output)
    {
        foreach (var statement in statements)
        {
            _budget.Enter(statement.Line);

            try
            {
                if (Run(statement, scope, output) is var flow and not Flow.On)
                {
                    return flow;
                }
            }
            finally
            {
                _budget.Leave();
            }
        }

        return Flow.On;
    }

    private Flow Run(Statement statement, Scope scope, TaintBuilder output)
    {
        switch (statement)
        {
            case Statement.Text text:
                Write(TaintedText.Own(text.Written), output, text.Line);
                return Flow.On;
            case Statement.Output written:
                Write(
                    Printed.Text(_evaluate.Value(written.Of, scope), new(_budget, written.Line)), output, written.Line);
                return Flow.On;
            case Statement.If choice:
                return Run(Chosen(choice, scope), scope, output);
            case Statement.For loop:
                return Loop(loop, scope, output);
            case Statement.Block block:
                return Run(block.Body, scope, output);
            case Statement.Jump jump:
                return jump.IsBreak ? Flow.Break : Flow.Continue;
            case Statement.FilterBlock filter:
                var made = _evaluate.Filtered(Written(filter.Body, scope), filter.Filters, scope);
                Write(Printed.Text(made, new(_budget, filter.Line)), output, filter.Line);
                return Flow.On;
            case Statement.With with:
                return Run(with.Body, With(with, scope), output);
            default:
                Define(statement, scope);
                return Flow.On;
        }
    }

    private void Define(Statement statement, Scope scope)
    {
        switch (statement)
        {
            case Statement.Set set:
                Assign(set.Targets, _evaluate.Value(set.Value, scope), scope, new(_budget, set.Line));
                break;
            case Statement.SetMember member:
                Namespace(member, scope).Members[member.Member] = _evaluate.Value(member.Value, scope);
                break;
            case Statement.SetBlock block:
                scope[block.Target] = _evaluate.Filtered(Written(block.Body, new(scope)), block.Filters, scope);
                break;
            case Statement.Macro macro:
                scope[macro.Called] = new JinjaValue.Function(macro.Called, given => Call(macro, given, scope));
                break;
            default:
                throw new JinjaException($"{statement.GetType().Name} cannot be run", statement.Line);
        }
    }

    private void Write(TaintedText text, TaintBuilder output, int line)
    {
        _budget.Characters(line, (long)output.Length + text.Length, text.Length);
        output.Append(text);
    }

    private JinjaValue.Text Written(IReadOnlyList<Statement> body, Scope scope)
    {
        var output = new TaintBuilder();
        Run(body, scope, output);
        return new(output.ToText());
    }

    private IReadOnlyList<Statement> Chosen(Statement.If choice, Scope scope)
    {
        foreach (var (when, then) in choice.Branches)
        {
            if (_evaluate.IsTrue(when, scope))
            {
                return then;
            }
        }

        return choice.Else;
    }

    private Scope With(Statement.With with, Scope scope)
    {
        var inner = new Scope(scope);

        foreach (var (name, value) in with.Names)
        {
            inner[name] = _evaluate.Value(value, scope);
        }

        return inner;
    }

    private static JinjaValue.Namespace Namespace(Statement.SetMember member, Scope scope) =>
        scope.Find(member.Namespace) as JinjaValue.Namespace
        ?? throw new JinjaException(
            $"'{member.Namespace}' is no namespace: only members of a namespace can be set", member.Line);

    private static void Assign(IReadOnlyList<string> targets, JinjaValue value, Scope scope, Site site)
    {
        if (targets.Count == 1)
        {
            scope[targets[0]] = value;
            return;
        }

        var parts = Kinds.Items(value, site);

        if (parts.Count != targets.Count)
        {
            throw site.Fault($"{parts.Count} values are given to {targets.Count} names");
        }

        for (var at = 0; at < parts.Count; at++)
        {
            scope[targets[at]] = parts[at];
        }
    }

    private Flow Loop(Statement.For loop, Scope scope, TaintBuilder output)
    {
        var site = new Site(_budget, loop.Line);
        var items = Kinds.Items(_evaluate.Value(loop.Over, scope), site);

        if (loop.Where is { } where)
        {
            items = [.. items.Where(item => IsWanted(loop, where, item, scope, site))];
        }

        for (var at = 0; at < items.Count; at++)
        {
            site.Step();
            var round = new Scope(scope) { ["loop"] = LoopFacts.Of(items, at) };
            Assign(loop.Targets, items[at], round, site);

            if (Run(loop.Body, round, output) == Flow.Break)
            {
                break;
            }
        }

        return items.Count == 0 ? Run(loop.Else, scope, output) : Flow.On;
    }

    private bool IsWanted(Statement.For loop, Expression where, JinjaValue item, Scope scope, Site site)
    {
        var round = new Scope(scope);
        Assign(loop.Targets, item, round, site);
        return _evaluate.IsTrue(where, round);
    }

    private JinjaValue.Text Call(Statement.Macro macro, Arguments given, Scope around)
    {
        given.Only([.. macro.Parameters.Select(parameter => parameter.Name)]);

        if (++_macros > JinjaLimits.MacroDepthMax)
        {
            throw given.Site.Fault($"macros call each other more than {JinjaLimits.MacroDepthMax} deep");
        }

        var scope = new Scope(around);

        for (var at = 0; at < macro.Parameters.Count; at++)
        {
            var (name, fallback) = macro.Parameters[at];
            scope[name] = given.Find(at, name)
                ?? (fallback is null ? new JinjaValue.Undefined(name) : _evaluate.Value(fallback, scope));
        }

        var written = Written(macro.Body, scope);
        _macros--;
        return written;
    }
}
