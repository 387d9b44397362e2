using System.Text;

namespace Marketplace.Training.Corpus;

/// <summary>
/// Writes short stories for children in simple English from a grammar of its own, one for each number; the same seed
/// and number give the same story for ever. No text of others is in it.
/// </summary>
/// <param name="seed">Which stories; different seeds share none but by chance.</param>
public sealed class StoryWriter(int seed)
{
    private const string Vowels = "aeiou";

    /// <summary>Every word that a story may hold, lower case, without marks.</summary>
    public static IReadOnlySet<string> Words { get; } = AllWords();

    /// <summary>The story of this number; any number has one.</summary>
    public string Write(int number)
    {
        var draw = new StoryDraw(Mix(((ulong)(uint)seed << 32) | (uint)number));
        var slots = Slots(draw);
        var plot = draw.One(Plots.All);
        List<string> sentences = [draw.One(Plots.Openings)];
        sentences.AddRange(plot.Scenes.Select(draw.One));
        sentences.Add(draw.One(Plots.Endings));
        return string.Join(' ', sentences.Select(sentence => Fill(sentence, slots)));
    }

    /// <summary><c>an</c> before a vowel, <c>a</c> elsewhere; the lexicon holds no silent h and no long u.</summary>
    internal static string Article(string noun) =>
        Vowels.Contains(noun[0], StringComparison.Ordinal) ? "an" : "a";

    /// <summary>The sentence with its slots filled.</summary>
    /// <exception cref="FormatException">A slot has no filling.</exception>
    internal static string Fill(string sentence, IReadOnlyDictionary<string, string> slots)
    {
        var filled = new StringBuilder();

        for (var at = 0; at < sentence.Length; at++)
        {
            if (sentence[at] != '{')
            {
                filled.Append(sentence[at]);
                continue;
            }

            var end = sentence.IndexOf('}', at);
            filled.Append(Filling(sentence[(at + 1)..end], slots));
            at = end;
        }

        return filled.ToString();
    }

    private static string Filling(string slot, IReadOnlyDictionary<string, string> slots)
    {
        if (slots.TryGetValue(slot, out var word))
        {
            return word;
        }

        var isArticle = slot.StartsWith("a ", StringComparison.OrdinalIgnoreCase);

        if (isArticle && slots.TryGetValue(slot[2..], out var noun))
        {
            var article = Article(noun);
            return $"{(slot[0] == 'A' ? Capital(article) : article)} {noun}";
        }

        return slots.TryGetValue(slot.ToLowerInvariant(), out var lower)
            ? Capital(lower)
            : throw new FormatException($"the slot {{{slot}}} has no filling");
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static Dictionary<string, string> Slots(StoryDraw draw)
    {
        var kind = draw.One(Lexicon.Kinds);
        var isGirl = kind switch { "girl" => true, "boy" => false, _ => draw.Below(2) == 0 };
        var name = draw.One(isGirl ? Lexicon.GirlNames : Lexicon.BoyNames);
        var place = draw.One(Lexicon.Places);
        return new(StringComparer.Ordinal)
        {
            ["N"] = name,
            ["F"] = draw.OneBut([.. Lexicon.GirlNames, .. Lexicon.BoyNames], name),
            ["kind"] = kind,
            ["he"] = isGirl ? "she" : "he",
            ["him"] = isGirl ? "her" : "him",
            ["his"] = isGirl ? "her" : "his",
            ["size"] = draw.One(Lexicon.Sizes),
            ["color"] = draw.One(Lexicon.Colors),
            ["thing"] = draw.One(Lexicon.Things),
            ["place"] = place,
            ["place2"] = draw.OneBut(Lexicon.Places, place),
            ["food"] = draw.One(Lexicon.Foods),
            ["pet"] = draw.One(Lexicon.Pets),
            ["hiding"] = draw.One(Lexicon.Hiding),
            ["elder"] = draw.One(Lexicon.Elders),
            ["weather"] = draw.One(Lexicon.Weather),
            ["skill"] = draw.One(Plots.Skills),
        };
    }

    /// <summary>Steele, Lea and Flood 2014: SplitMix64's finaliser, so that neighbours share nothing.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static HashSet<string> AllWords()
    {
        string[][] lists =
        [
            Lexicon.GirlNames, Lexicon.BoyNames, Lexicon.Kinds, Lexicon.Sizes, Lexicon.Colors, Lexicon.Things,
            Lexicon.Places, Lexicon.Foods, Lexicon.Pets, Lexicon.Hiding, Lexicon.Elders, Lexicon.Weather, Plots.Skills,
            Plots.Openings, Plots.Endings, ["a", "an", "he", "she", "him", "her", "his"],
            .. Plots.All.SelectMany(plot => plot.Scenes),
        ];
        return lists.SelectMany(list => list).SelectMany(WordsOf).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The words of a text, lower case; what stands in braces is none.</summary>
    internal static IEnumerable<string> WordsOf(string text) =>
        text.Split(' ', '.', ',', '!', '?', '"')
            .Where(word => word.Length > 0 && !word.Contains('{', StringComparison.Ordinal)
                && !word.Contains('}', StringComparison.Ordinal))
            .Select(word => word.ToLowerInvariant());
}
