namespace Marketplace.Agent.Inference;

/// <summary>Vectors of an order of embeddings.</summary>
/// <param name="Numbers">[inputs][width], each vector of length 1.</param>
/// <param name="PromptTokens">Tokens of all inputs, marks included.</param>
internal sealed record MadeVectors(float[] Numbers, int PromptTokens);
