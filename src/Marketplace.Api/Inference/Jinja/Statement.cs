namespace Marketplace.Api.Inference.Jinja;

/// <summary>A statement of a template.</summary>
/// <param name="Line">Where it begins, from 1.</param>
internal abstract record Statement(int Line)
{
    internal sealed record Text(string Written, int Line) : Statement(Line);

    internal sealed record Output(Expression Of, int Line) : Statement(Line);

    internal sealed record If(
        IReadOnlyList<(Expression When, IReadOnlyList<Statement> Then)> Branches,
        IReadOnlyList<Statement> Else,
        int Line) : Statement(Line);

    internal sealed record For(
        IReadOnlyList<string> Targets,
        Expression Over,
        Expression? Where,
        IReadOnlyList<Statement> Body,
        IReadOnlyList<Statement> Else,
        int Line) : Statement(Line);

    internal sealed record Set(IReadOnlyList<string> Targets, Expression Value, int Line) : Statement(Line);

    internal sealed record SetMember(string Namespace, string Member, Expression Value, int Line) : Statement(Line);

    /// <summary>What the body writes becomes a value, after the filters.</summary>
    internal sealed record SetBlock(
        string Target, IReadOnlyList<Expression.Filter> Filters, IReadOnlyList<Statement> Body, int Line)
        : Statement(Line);

    internal sealed record FilterBlock(
        IReadOnlyList<Expression.Filter> Filters, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

    internal sealed record With(
        IReadOnlyList<(string Name, Expression Value)> Names, IReadOnlyList<Statement> Body, int Line)
        : Statement(Line);

    internal sealed record Macro(
        string Called,
        IReadOnlyList<(string Name, Expression? Default)> Parameters,
        IReadOnlyList<Statement> Body,
        int Line) : Statement(Line);

    /// <summary><c>break</c>, or <c>continue</c>.</summary>
    internal sealed record Jump(bool IsBreak, int Line) : Statement(Line);

    /// <summary>Statements that stand for themselves: the body of <c>generation</c>.</summary>
    internal sealed record Block(IReadOnlyList<Statement> Body, int Line) : Statement(Line);
}
