namespace Marketplace.Domain.Inference;

/// <summary>
/// How tokens that arrive in batches become one text: what is known stays, a repeat is harmless, a gap waits for the
/// end.
/// </summary>
public static class TokenLog
{
    /// <summary>Whether the batch stays within the order but begins after tokens that the log does not hold.</summary>
    public static bool IsAhead(IReadOnlyList<Token> log, int tokensMax, int first, IReadOnlyList<Token> batch) =>
        first > log.Count && batch.Count <= tokensMax - (long)first;

    /// <summary>
    /// Answers how many tokens at the start of the batch are known already, or why the batch contradicts the order.
    /// </summary>
    public static (int Known, string? Refused) Decide(
        IReadOnlyList<Token> log, int tokensMax, int first, IReadOnlyList<Token> batch)
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
            if (log[first + at] != batch[at])
            {
                return (0, $"token {first + at} is not the one delivered before");
            }
        }

        return (known, null);
    }
}
