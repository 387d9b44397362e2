using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// What of a name is compared: its words in lower case without accents, without words that say nothing, in order of the
/// alphabet, so that neither case nor accents nor the order of the words makes a difference.
/// </summary>
public static class NameTokens
{
    /// <summary>Words of a name that are compared; what follows is left out.</summary>
    public const int TokensMax = 16;

    private static readonly FrozenSet<string> StopWords = new[]
    {
        // Words that join names, of the languages that lists use.
        "and", "of", "the", "for", "in", "de", "del", "la", "le", "los", "las", "el", "al", "y", "e", "da", "do", "dos",
        "van", "von", "der", "den", "bin", "ibn", "bint",
        // Legal forms.
        "co", "company", "corp", "corporation", "inc", "incorporated", "ltd", "limited", "llc", "llp", "plc", "gmbh",
        "ag", "sa", "sarl", "srl", "spa", "nv", "bv", "oao", "ooo", "zao", "pao", "jsc", "ojsc", "pjsc",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Letters that are no letter with an accent.
    private static readonly FrozenDictionary<char, string> Spelled = new Dictionary<char, string>
    {
        ['ß'] = "ss",
        ['æ'] = "ae",
        ['œ'] = "oe",
        ['ø'] = "o",
        ['đ'] = "d",
        ['ð'] = "d",
        ['ł'] = "l",
        ['þ'] = "th",
        ['ı'] = "i",
        ['ħ'] = "h",
        ['ŧ'] = "t",
    }.ToFrozenDictionary();

    /// <summary>The words, in order of the alphabet; empty when the text has no letter and no digit.</summary>
    public static IReadOnlyList<string> Of(string name)
    {
        var words = Plain(name).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var telling = words.Where(word => word.Length > 1 && !StopWords.Contains(word)).ToArray();

        // A name of nothing else is compared as it stands: "The Company" is still a name.
        return [.. (telling.Length > 0 ? telling : words).Order(StringComparer.Ordinal).Take(TokensMax)];
    }

    private static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length);

        foreach (var written in name)
        {
            var letter = LatinLetters.Plain(written);

            if (Spelled.TryGetValue(letter, out var spelled))
            {
                plain.Append(spelled);
            }
            else if (char.IsLetterOrDigit(letter))
            {
                plain.Append(letter);
            }
            else if (!IsSilent(letter))
            {
                plain.Append(' ');
            }
        }

        return plain.ToString();
    }

    /// <summary>Accents, and marks inside a word: O'Brien and S.A. are one word each.</summary>
    private static bool IsSilent(char letter) => letter is '\'' or '’' or 'ʼ' or '`' or '.'
        || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format;
}
