namespace Marketplace.Domain.Inference;

/// <summary>A piece of a prompt that is cut into tokens on its own.</summary>
/// <param name="Text">Its text; of a mark, that of the token.</param>
/// <param name="Kind">How it becomes tokens.</param>
[GenerateSerializer, Immutable, Alias("PromptPart")]
public sealed record PromptPart([property: Id(0)] string Text, [property: Id(1)] PromptPartKind Kind);
