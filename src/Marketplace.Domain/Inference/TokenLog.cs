using System.Text;

namespace Marketplace.Domain.Inference;

/// <summary>
/// How tokens that arrive in batches become one text: what is known stays, a repeat is harmless, a gap waits for the
/// end.
/// </summary>
public static class TokenLog
{
    private const long BytesPerCharMax = 3;

    /// <summary>Whether the batch stays within the order but begins after tokens that the log does not hold.</summary>
    public static bool IsAhead(IReadOnlyList<Token> log, int tokensMax, int first, IReadOnlyList<Token> batch) =>
        first > log.Count && batch.Count <= tokensMax - (long)first;

    /// <summary>
    /// Answers how many tokens at the start of the batch are known already, or why the batch contradicts the order.
    /// </summary>
    /// <param name="log">The tokens so far.</param>
    /// <param name="textBytes">UTF-8 bytes of their text, kept by the caller: see <see cref="BytesOf"/>.</param>
    /// <param name="tokensMax">Tokens that the order allows.</param>
    /// <param name="first">Index of the batch's first token within the text.</param>
    /// <param name="batch">The tokens that arrive.</param>
    public static (int Known, string? Refused) Decide(
        IReadOnlyList<Token> log, long textBytes, int tokensMax, int first, IReadOnlyList<Token> batch)
    {
        if (first < 0 || first > log.Count)
        {
            return (0, $"tokens begin at {first}, expected {log.Count} or less");
        }

        if (batch.Count > tokensMax - first)
        {
            return (0, $"{(long)first + batch.Count} tokens, the order allows {tokensMax}");
        }

        var known = Math.Min(log.Count - first, batch.Count);

        for (var at = 0; at < known; at++)
        {
            if (!log[first + at].IsSameAs(batch[at]))
            {
                return (0, $"token {first + at} is not the one delivered before");
            }
        }

        return (known, WhyTooLong(batch) ?? WhyTextTooLong(textBytes + BytesOf(batch.Skip(known))));
    }

    /// <summary>Why a token of the batch is too long whatever the order says, or null.</summary>
    public static string? WhyTooLong(IReadOnlyList<Token> batch)
    {
        for (var at = 0; at < batch.Count; at++)
        {
            // The number of characters spares most tokens the count of bytes.
            var text = batch[at].Text;

            if (text.Length * BytesPerCharMax > InferenceLimits.TokenTextBytesMax
                && Encoding.UTF8.GetByteCount(text) is var bytes and > InferenceLimits.TokenTextBytesMax)
            {
                return $"the text of token {at} of the batch has {bytes} bytes, "
                    + $"allowed are {InferenceLimits.TokenTextBytesMax}";
            }
        }

        return null;
    }

    /// <summary>
    /// Why what the tokens tell of probabilities is not what the order asks for, or null. What is not asked for is
    /// refused too: it would be stored for nobody.
    /// </summary>
    public static string? WhyImprobable(IEnumerable<Token> tokens, int? logprobs) =>
        tokens.Select(token => WhyImprobable(token, logprobs)).FirstOrDefault(why => why is not null);

    /// <summary>UTF-8 bytes of the tokens' text.</summary>
    public static long BytesOf(IEnumerable<Token> tokens) =>
        tokens.Sum(token => (long)Encoding.UTF8.GetByteCount(token.Text));

    private static string? WhyImprobable(Token token, int? logprobs)
    {
        var most = logprobs is { } count ? 1 + count : 0;
        var told = token.Probabilities ?? [];

        // A vocabulary may have fewer tokens than are asked for.
        if (told.Count > most || (most > 0 && (told.Count == 0 || told[0].Id != token.Id)))
        {
            return $"token {token.Id} comes with {told.Count} probabilities, the order asks for {most}, its own first";
        }

        var bytes = told.Sum(one => (long)one.Bytes.Length);

        return bytes > InferenceLimits.ProbabilityBytesMax
            ? $"the probabilities of token {token.Id} name {bytes} bytes, "
                + $"allowed are {InferenceLimits.ProbabilityBytesMax}"
            : told.Any(one => !float.IsFinite(one.Logprob) || one.Logprob > 0)
                ? $"a log-probability of token {token.Id} is no number of 0 or less"
                : null;
    }

    private static string? WhyTextTooLong(long bytes) => bytes <= InferenceLimits.TextBytesMax
        ? null
        : $"the text has {bytes} bytes, allowed are {InferenceLimits.TextBytesMax}";
}
