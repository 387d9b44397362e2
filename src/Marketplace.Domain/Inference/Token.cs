namespace Marketplace.Domain.Inference;

/// <summary>One generated token.</summary>
/// <param name="Id">Its number in the model's vocabulary.</param>
/// <param name="Text">Its text; empty while a UTF-8 sequence is incomplete.</param>
[GenerateSerializer, Immutable, Alias("Token")]
public sealed record Token(
    [property: Id(0)] int Id,
    [property: Id(1)] string Text);
