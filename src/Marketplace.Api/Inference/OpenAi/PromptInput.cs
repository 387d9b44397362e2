namespace Marketplace.Api.Inference.OpenAi;

/// <summary>One prompt of a request.</summary>
/// <param name="Field">Where it stands, such as <c>prompt</c> or <c>prompt[1]</c>.</param>
/// <param name="Text">What the model is to go on from; of token ids, what they spell, once that is known.</param>
/// <param name="Tokens">The prompt as token ids; null for a text.</param>
internal sealed record PromptInput(string Field, string Text, IReadOnlyList<int>? Tokens = null);
