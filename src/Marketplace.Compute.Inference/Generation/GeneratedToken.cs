using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Compute.Inference.Generation;

/// <summary>One generated token.</summary>
/// <param name="Index">Its place among the generated tokens, from 0.</param>
/// <param name="Id">Its number in the vocabulary.</param>
/// <param name="Text">The text that became complete with it; empty in the middle of a UTF-8 sequence.</param>
/// <param name="Probabilities">
/// Where they were asked for: of this token first, then of the likeliest in its place; else null.
/// </param>
/// <param name="Claim">Where it was asked for: what this device says of the logits it drew from; else null.</param>
public readonly record struct GeneratedToken(
    int Index,
    int Id,
    string Text,
    IReadOnlyList<TokenProbability>? Probabilities = null,
    LogitClaim? Claim = null);
