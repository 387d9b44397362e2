namespace Marketplace.Api.Inference.Jinja;

/// <summary>An expression of a template.</summary>
/// <param name="Line">Where it begins, from 1.</param>
internal abstract record Expression(int Line)
{
    internal sealed record Literal(JinjaValue Value, int Line) : Expression(Line);

    internal sealed record Name(string Text, int Line) : Expression(Line);

    internal sealed record ListOf(IReadOnlyList<Expression> Items, int Line) : Expression(Line);

    internal sealed record DictOf(IReadOnlyList<(Expression Key, Expression Value)> Members, int Line)
        : Expression(Line);

    internal sealed record Attribute(Expression Of, string Member, int Line) : Expression(Line);

    internal sealed record Item(Expression Of, Expression At, int Line) : Expression(Line);

    internal sealed record Slice(Expression Of, Expression? From, Expression? To, Expression? Step, int Line)
        : Expression(Line);

    internal sealed record Call(Expression Of, GivenExpressions Given, int Line) : Expression(Line);

    internal sealed record Filter(Expression Of, string Called, GivenExpressions Given, int Line) : Expression(Line);

    internal sealed record Test(Expression Of, string Called, GivenExpressions Given, int Line) : Expression(Line);

    internal sealed record Not(Expression Of, int Line) : Expression(Line);

    internal sealed record Sign(Expression Of, bool IsMinus, int Line) : Expression(Line);

    internal sealed record Operation(string Operator, Expression Left, Expression Right, int Line) : Expression(Line);

    /// <summary><c>and</c>, or <c>or</c>.</summary>
    internal sealed record Logic(bool IsAnd, Expression Left, Expression Right, int Line) : Expression(Line);

    /// <summary>A chain: <c>a &lt; b &lt; c</c>.</summary>
    internal sealed record Compare(Expression First, IReadOnlyList<(string Operator, Expression To)> Rest, int Line)
        : Expression(Line);

    internal sealed record Conditional(Expression If, Expression Then, Expression? Else, int Line) : Expression(Line);
}
