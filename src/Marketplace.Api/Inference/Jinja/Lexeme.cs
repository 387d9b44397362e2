namespace Marketplace.Api.Inference.Jinja;

/// <summary>The smallest part of a template that means something.</summary>
internal readonly record struct Lexeme(LexemeKind Kind, string Text, int Line)
{
    public bool Is(string text) => Kind is LexemeKind.Name or LexemeKind.Operator && Text == text;
}
