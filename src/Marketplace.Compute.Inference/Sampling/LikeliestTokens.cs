using System.Numerics;
using System.Runtime.Intrinsics;

namespace Marketplace.Compute.Inference.Sampling;

/// <summary>
/// The few tokens with the largest logits. Once there are enough, sixteen logits at a time are compared with the least
/// of those so far: in a vocabulary's order the likeliest few change rarely.
/// </summary>
internal static class LikeliestTokens
{
    private const int Lanes = 16;

    /// <summary>The likeliest first, ties to the lower token; what is no number comes last.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="count">How many, or all of a smaller vocabulary; time grows with it.</param>
    public static int[] Of(ReadOnlySpan<float> logits, int count)
    {
        var tokens = new int[Math.Clamp(count, 0, logits.Length)];
        var token = 0;

        for (; token < tokens.Length; token++)
        {
            Insert(logits, tokens.AsSpan(0, token + 1), token);
        }

        for (; tokens.Length > 0 && token <= logits.Length - Lanes; token += Lanes)
        {
            var row = Vector512.Create(logits.Slice(token, Lanes));

            // True of what is no number, too, on either side: those are compared one by one.
            var open = (~Vector512.LessThanOrEqual(row, Vector512.Create(logits[tokens[^1]])))
                .ExtractMostSignificantBits();

            for (; open != 0; open &= open - 1)
            {
                Offer(logits, tokens, token + BitOperations.TrailingZeroCount(open));
            }
        }

        for (; tokens.Length > 0 && token < logits.Length; token++)
        {
            Offer(logits, tokens, token);
        }

        return tokens;
    }

    /// <summary>Takes the token in the place of the last one if it is likelier.</summary>
    private static void Offer(ReadOnlySpan<float> logits, Span<int> tokens, int token)
    {
        if (logits[token].CompareTo(logits[tokens[^1]]) > 0)
        {
            Insert(logits, tokens, token);
        }
    }

    /// <summary>Puts a token, higher than all others, where it belongs; the last place is free.</summary>
    private static void Insert(ReadOnlySpan<float> logits, Span<int> tokens, int token)
    {
        var at = tokens.Length - 1;

        for (; at > 0 && logits[token].CompareTo(logits[tokens[at - 1]]) > 0; at--)
        {
            tokens[at] = tokens[at - 1];
        }

        tokens[at] = token;
    }
}
