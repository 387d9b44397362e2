namespace Marketplace.Api.Inference;

/// <summary>What a model's files say of conversations.</summary>
/// <param name="Template">The Jinja template that makes a prompt of messages; null where there is none.</param>
/// <param name="ToolTemplate">Another for conversations with tools; null where there is none.</param>
/// <param name="Begin">Text of the token that begins a text; null where there is none.</param>
/// <param name="End">Text of the token that ends a text.</param>
/// <param name="AddsBegin">Whether the tokenizer puts the first before every prompt.</param>
/// <param name="Controls">Texts of the control tokens: a prompt that has one has the token.</param>
/// <param name="Marks">Texts of the other tokens that stand for themselves.</param>
public sealed record ModelChat(
    string? Template,
    string? ToolTemplate,
    string? Begin,
    string? End,
    bool AddsBegin,
    IReadOnlyList<string> Controls,
    IReadOnlyList<string> Marks)
{
    /// <summary>What files without template and tokenizer say.</summary>
    public static readonly ModelChat Nothing = new(null, null, null, null, AddsBegin: false, [], []);
}
