using Marketplace.Compute.Inference.Generation;

namespace Marketplace.Compute.Inference.Verification;

/// <summary>A whole text as a device has delivered it.</summary>
/// <param name="Tokens">Every token with its text, those of the request's prefix first.</param>
/// <param name="Claims">
/// Where the prompt is told, one for each of its tokens but the first; one for each token after the prefix, and one
/// more for the end mark where the model ended the text.
/// </param>
/// <param name="Finish">How it is said to have ended; null where it was cut short before its end.</param>
public sealed record ClaimedText(
    IReadOnlyList<(int Id, string Text)> Tokens, IReadOnlyList<LogitClaim> Claims, FinishReason? Finish);
