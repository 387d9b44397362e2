namespace Marketplace.Domain.Compliance;

/// <summary>
/// How alike two words are, 0 to 1: Jaro and Winkler (Winkler 1990, prefix of 4, from 0.7 on), less for words of other
/// length and for another first letter. The same either way round, and 1 exactly for equal words.
/// </summary>
public static class TokenLikeness
{
    /// <summary>Longest word that is compared whole.</summary>
    public const int LengthMax = 64;

    private const double BoostFrom = 0.7;
    private const double BoostEach = 0.1;
    private const int PrefixMax = 4;

    // As moov-io/watchman weighs them: words whose lengths differ by more than a tenth lose up to 30 percent.
    private const double LengthRatioFrom = 0.9;
    private const double LengthWeight = 0.3;

    // More slips than one in five letters are more likely another word than a slip.
    private const int LettersPerSlip = 5;
    private const double OtherWordFactor = 0.85;

    private const double OtherLetterFactor = 0.9;
    private const double HeadTypoFactor = 0.95;

    /// <summary>How alike the words are; zero for words that begin with letters of other sound.</summary>
    public static double Of(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.SequenceEqual(b))
        {
            return 1;
        }

        if (a.IsEmpty || b.IsEmpty)
        {
            return 0;
        }

        // Greedy matching may differ by the side it starts from, so the side is fixed.
        if (a.Length > b.Length || (a.Length == b.Length && a.SequenceCompareTo(b) > 0))
        {
            var other = a;
            a = b;
            b = other;
        }

        a = Cut(a);
        b = Cut(b);
        var first = First(a, b);
        var likeness = first == 0 ? 0 : first * Length(a, b) * JaroWinkler(a, b);

        var slipsMax = (b.Length + LettersPerSlip - 1) / LettersPerSlip;

        return likeness >= ScreenBands.DueDiligenceFrom && Slips(a, b) > slipsMax
            ? likeness * OtherWordFactor
            : likeness;
    }

    /// <summary>One slip at the front: a letter changed, added, left out, or the first two swapped.</summary>
    public static bool IsHeadTypo(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (a.Length > b.Length)
        {
            var other = a;
            a = b;
            b = other;
        }

        return a.Length switch
        {
            < 2 => false,
            _ when a.Length + 1 == b.Length => b[1..].SequenceEqual(a),
            _ when a.Length != b.Length => false,
            _ => a[1..].SequenceEqual(b[1..])
                || (a[0] == b[1] && a[1] == b[0] && a[2..].SequenceEqual(b[2..])),
        };
    }

    private static double First(ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        a[0] == b[0] ? 1
        : IsHeadTypo(a, b) ? HeadTypoFactor
        : PhoneticGroup.Of(a[0]) == PhoneticGroup.Of(b[0]) ? OtherLetterFactor
        : 0;

    private static double Length(ReadOnlySpan<char> shorter, ReadOnlySpan<char> longer)
    {
        var ratio = (double)shorter.Length / longer.Length;
        return ratio < LengthRatioFrom && longer.Length - shorter.Length > 1 ? 1 - ((1 - ratio) * LengthWeight) : 1;
    }

    private static ReadOnlySpan<char> Cut(ReadOnlySpan<char> word) =>
        word.Length <= LengthMax ? word : word[..LengthMax];

    /// <summary>
    /// Letters changed, added, left out or swapped with the next (Damerau and Levenshtein, each place touched once).
    /// </summary>
    private static int Slips(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        Span<int> beforeLast = stackalloc int[LengthMax + 1];
        Span<int> last = stackalloc int[LengthMax + 1];
        Span<int> now = stackalloc int[LengthMax + 1];

        for (var column = 0; column <= b.Length; column++)
        {
            last[column] = column;
        }

        for (var row = 1; row <= a.Length; row++)
        {
            now[0] = row;

            for (var column = 1; column <= b.Length; column++)
            {
                var changed = last[column - 1] + (a[row - 1] == b[column - 1] ? 0 : 1);
                now[column] = Math.Min(Math.Min(now[column - 1], last[column]) + 1, changed);

                if (row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1])
                {
                    now[column] = Math.Min(now[column], beforeLast[column - 2] + 1);
                }
            }

            var spare = beforeLast;
            beforeLast = last;
            last = now;
            now = spare;
        }

        return last[b.Length];
    }

    private static double JaroWinkler(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var jaro = Jaro(a, b);

        if (jaro <= BoostFrom)
        {
            return jaro;
        }

        var prefix = a.CommonPrefixLength(b);
        return jaro + (Math.Min(prefix, PrefixMax) * BoostEach * (1 - jaro));
    }

    /// <summary>Both at most 64 letters, so that what is taken fits into one word of bits.</summary>
    private static double Jaro(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var window = Math.Max((b.Length / 2) - 1, 0);
        var takenA = 0UL;
        var takenB = 0UL;
        var matches = 0;

        for (var at = 0; at < a.Length; at++)
        {
            var end = Math.Min(at + window + 1, b.Length);

            for (var other = Math.Max(at - window, 0); other < end; other++)
            {
                if (a[at] == b[other] && (takenB & (1UL << other)) == 0)
                {
                    takenA |= 1UL << at;
                    takenB |= 1UL << other;
                    matches++;
                    break;
                }
            }
        }

        if (matches == 0)
        {
            return 0;
        }

        var swapped = 0;
        var next = 0;

        for (var at = 0; at < a.Length; at++)
        {
            if ((takenA & (1UL << at)) == 0)
            {
                continue;
            }

            while ((takenB & (1UL << next)) == 0)
            {
                next++;
            }

            swapped += a[at] == b[next++] ? 0 : 1;
        }

        var share = (double)matches;
        return ((share / a.Length) + (share / b.Length) + ((share - (swapped / 2)) / share)) / 3;
    }
}
