using System.Numerics;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// A word of a name, with the letters that it has, to tell quickly that two words have too few in common.
/// </summary>
internal readonly record struct ListedWord(string Text, uint Letters)
{
    private const int LatinLetters = 26;
    private const int OtherBits = 32 - LatinLetters;

    public static ListedWord Of(string text)
    {
        var letters = 0U;

        foreach (var letter in text)
        {
            letters |= 1U << (letter is >= 'a' and <= 'z' ? letter - 'a' : LatinLetters + (letter % OtherBits));
        }

        return new(text, letters);
    }

    /// <summary>
    /// False only where the likeness cannot reach the lowest band: a letter that only one of them has is no match, and
    /// without Winkler's bonus, which begins at that band, Jaro is at most a third of both shares of matches and one.
    /// </summary>
    public bool MayBeLike(ListedWord other)
    {
        var matches = Math.Min(
            Math.Min(Text.Length, TokenLikeness.LengthMax) - BitOperations.PopCount(Letters & ~other.Letters),
            Math.Min(other.Text.Length, TokenLikeness.LengthMax) - BitOperations.PopCount(other.Letters & ~Letters));

        return Text.Length > TokenLikeness.LengthMax
            || other.Text.Length > TokenLikeness.LengthMax
            || (matches * (double)(Text.Length + other.Text.Length) / (Text.Length * other.Text.Length))
                + 1 >= 3 * ScreenBands.DueDiligenceFrom;
    }
}
