using Marketplace.Compute.Inference.Sampling;

namespace Marketplace.Compute.Inference.Verification;

/// <summary>What a device says of the logits that it drew one token from.</summary>
/// <param name="Token">
/// The token that was drawn, or that of the prompt; at the end of a text that the model ended, its end mark.
/// </param>
/// <param name="Top">
/// The <see cref="TopCount"/> likeliest tokens, the likeliest first, before temperature and filters. Of a prompt its
/// own token is always among them, in the place of the last where it is none of the likeliest.
/// </param>
/// <param name="LogSumExp">ln Σ exp(logit): moves with all logits together, where probabilities do not.</param>
public sealed record LogitClaim(int Token, IReadOnlyList<LogProbability> Top, double LogSumExp)
{
    /// <summary>Tokens whose log-probability is told.</summary>
    public const int TopCount = 8;

    /// <summary>
    /// Of <see cref="Top"/>, those that are told as the likeliest: one less where the last is its own token.
    /// </summary>
    public int RankedCount => Top.Count == TopCount && Top[^1].Token == Token ? TopCount - 1 : Top.Count;

    public static LogitClaim Of(ReadOnlySpan<float> logits, int token) =>
        Of(logits, token, LogProbability.LogSumExp(logits));

    /// <summary>Where the logits' log-sum-exp is known.</summary>
    internal static LogitClaim Of(ReadOnlySpan<float> logits, int token, double logSumExp) =>
        new(token, LogProbability.Likeliest(logits, TopCount, logSumExp), logSumExp);

    /// <summary>Of a token that was not drawn from these logits: it stands in the prompt.</summary>
    public static LogitClaim OfPrompt(ReadOnlySpan<float> logits, int token)
    {
        var total = LogProbability.LogSumExp(logits);
        var top = LogProbability.Likeliest(logits, TopCount, total);

        if (!Array.Exists(top, one => one.Token == token))
        {
            top[^1] = new(token, logits[token] - total);
        }

        return new(token, top, total);
    }
}
