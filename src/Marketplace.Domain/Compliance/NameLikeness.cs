namespace Marketplace.Domain.Compliance;

/// <summary>
/// How alike a name is to a listed one, 0 to 1, over the best pairs of their words as moov-io/watchman does it: each
/// word counts by its length, words of the asked name without a partner count as nothing, and those of the listed name
/// cost a little. Words that are not alike enough for the lowest band are no pair. Not the same either way round: a
/// short name inside a long listed one is likely meant by it.
/// </summary>
public static class NameLikeness
{
    private const double UnmatchedWeight = 0.15;

    public static double Of(string asked, string listed) => Of(NameTokens.Of(asked), NameTokens.Of(listed));

    internal static double Of(IReadOnlyList<string> asked, IReadOnlyList<string> listed)
    {
        if (asked.Count == 0 || listed.Count == 0)
        {
            return 0;
        }

        Span<double> pairs = stackalloc double[NameTokens.TokensMax * NameTokens.TokensMax];

        for (var a = 0; a < asked.Count; a++)
        {
            for (var b = 0; b < listed.Count; b++)
            {
                pairs[(a * listed.Count) + b] = TokenLikeness.Of(asked[a], listed[b]);
            }
        }

        return Weigh(asked, listed, pairs[..(asked.Count * listed.Count)]);
    }

    private static double Weigh(IReadOnlyList<string> asked, IReadOnlyList<string> listed, Span<double> pairs)
    {
        var weighed = 0.0;
        var matchedLength = 0;

        // The best pair first, until one side has no words left; a pair that is used takes its row and column along.
        for (var round = 0; round < Math.Min(asked.Count, listed.Count); round++)
        {
            var best = 0;

            for (var at = 1; at < pairs.Length; at++)
            {
                best = pairs[at] > pairs[best] ? at : best;
            }

            if (pairs[best] < ScreenBands.DueDiligenceFrom)
            {
                break;
            }

            var (a, b) = Math.DivRem(best, listed.Count);
            weighed += pairs[best] * (asked[a].Length + listed[b].Length);
            matchedLength += listed[b].Length;
            Use(pairs, a, b, listed.Count);
        }

        var askedLength = asked.Sum(word => word.Length);
        var listedLength = listed.Sum(word => word.Length);
        var average = weighed / (askedLength + matchedLength);
        return average * (1 - ((1 - ((double)matchedLength / listedLength)) * UnmatchedWeight));
    }

    private static void Use(Span<double> pairs, int row, int column, int columns)
    {
        for (var at = 0; at < pairs.Length; at++)
        {
            if (at / columns == row || at % columns == column)
            {
                pairs[at] = 0;
            }
        }
    }
}
