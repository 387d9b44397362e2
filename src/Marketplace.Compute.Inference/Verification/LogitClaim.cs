using Marketplace.Compute.Inference.Sampling;

namespace Marketplace.Compute.Inference.Verification;

/// <summary>What a device says of the logits that it drew one token from.</summary>
/// <param name="Token">The token that was drawn; at the end of a text that the model ended, its end mark.</param>
/// <param name="Top">
/// The <see cref="TopCount"/> likeliest tokens, the likeliest first, before temperature and filters.
/// </param>
/// <param name="LogSumExp">ln Σ exp(logit): moves with all logits together, where probabilities do not.</param>
public sealed record LogitClaim(int Token, IReadOnlyList<LogProbability> Top, double LogSumExp)
{
    /// <summary>Tokens whose log-probability is told.</summary>
    public const int TopCount = 8;

    public static LogitClaim Of(ReadOnlySpan<float> logits, int token) =>
        Of(logits, token, LogProbability.LogSumExp(logits));

    /// <summary>Where the logits' log-sum-exp is known.</summary>
    internal static LogitClaim Of(ReadOnlySpan<float> logits, int token, double logSumExp) =>
        new(token, LogProbability.Likeliest(logits, TopCount, logSumExp), logSumExp);
}
