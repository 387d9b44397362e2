namespace Marketplace.Training.Tokens;

/// <summary>
/// Byte-pair encoding over words: the most frequent pair of neighbouring pieces becomes a piece, again and again.
/// Sennrich, Haddow and Birch 2016. Equal counts go to the pair that is first in ordinal order.
/// </summary>
internal static class PieceTrainer
{
    /// <summary>U+2581, which stands for the space before a word.</summary>
    public const char Space = '\u2581';

    /// <summary>
    /// Up to so many pieces, best first: the characters of the texts, then the pairs in the order of their joining.
    /// </summary>
    public static IReadOnlyList<string> Train(IEnumerable<string> texts, int piecesMax)
    {
        var words = texts.SelectMany(Words).CountBy(word => word, StringComparer.Ordinal)
            .OrderBy(word => word.Key, StringComparer.Ordinal)
            .Select(word => (Pieces: word.Key.Select(letter => letter.ToString()).ToList(), Count: word.Value))
            .ToList();
        var pieces = words.SelectMany(word => word.Pieces).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).Take(piecesMax).ToList();

        while (pieces.Count < piecesMax && MostFrequent(words) is { } pair)
        {
            words.ForEach(word => Join(word.Pieces, pair));

            if (!pieces.Contains(pair.Left + pair.Right, StringComparer.Ordinal))
            {
                pieces.Add(pair.Left + pair.Right);
            }
        }

        return pieces;
    }

    /// <summary>The words of a text, each with the space before it.</summary>
    private static IEnumerable<string> Words(string text) =>
        text.Split(' ').SelectMany(word => Parts(Space + word));

    /// <summary>Marks stand alone, so that a word is one piece before any of them.</summary>
    private static IEnumerable<string> Parts(string word)
    {
        var begin = 0;

        for (var at = 1; at < word.Length; at++)
        {
            var isBorder = !char.IsLetter(word[at]) || (!char.IsLetter(word[at - 1]) && word[at - 1] != Space);

            if (isBorder)
            {
                yield return word[begin..at];
                begin = at;
            }
        }

        yield return word[begin..];
    }

    private static (string Left, string Right)? MostFrequent(List<(List<string> Pieces, int Count)> words)
    {
        var counts = new Dictionary<(string Left, string Right), int>();

        foreach (var (pieces, count) in words)
        {
            for (var at = 0; at + 1 < pieces.Count; at++)
            {
                var pair = (pieces[at], pieces[at + 1]);
                counts[pair] = counts.GetValueOrDefault(pair) + count;
            }
        }

        return counts.Count == 0
            ? null
            : counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Left, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key.Right, StringComparer.Ordinal).First().Key;
    }

    private static void Join(List<string> pieces, (string Left, string Right) pair)
    {
        for (var at = 0; at + 1 < pieces.Count; at++)
        {
            if (string.Equals(pieces[at], pair.Left, StringComparison.Ordinal)
                && string.Equals(pieces[at + 1], pair.Right, StringComparison.Ordinal))
            {
                pieces[at] += pieces[at + 1];
                pieces.RemoveAt(at + 1);
            }
        }
    }
}
