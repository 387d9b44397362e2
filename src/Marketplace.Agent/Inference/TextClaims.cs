namespace Marketplace.Agent.Inference;

/// <summary>What this device says of the logits that it drew a text from: see <c>LogitCommitment</c>.</summary>
/// <param name="Profile">Arithmetic that the text was made in.</param>
/// <param name="Given">Tokens of the prompt, and behind them those of the order's prefix.</param>
/// <param name="Records">
/// A record for every position, one behind the other, those of a prompt that is told first.
/// </param>
internal sealed record TextClaims(string Profile, IReadOnlyList<int> Given, byte[] Records);
