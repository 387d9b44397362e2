namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>What token ids stand for in a model.</summary>
/// <param name="Vocabulary">Tokens that the model knows: ids are 0 to one less.</param>
/// <param name="Strange">Place of the first id that it does not know; null where it knows all.</param>
/// <param name="Text">
/// What they spell, control tokens left out; bytes that are no characters are replaced. Empty where one is strange.
/// </param>
[GenerateSerializer, Immutable, Alias("SpeltTokens")]
public sealed record SpeltTokens(
    [property: Id(0)] int Vocabulary, [property: Id(1)] int? Strange, [property: Id(2)] string Text);
