namespace Marketplace.Compute.Inference.Generation;

/// <summary>The tokens that a text begins with, and how far it may go.</summary>
/// <param name="Prompt">Its tokens, the begin token included.</param>
/// <param name="Positions">Tokens that the model is given at most, the prompt's among them.</param>
internal sealed record TextSize(IReadOnlyList<int> Prompt, int Positions);
