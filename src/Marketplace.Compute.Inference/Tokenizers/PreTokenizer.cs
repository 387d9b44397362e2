using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// Cuts a text into the words that merges never cross. Only the patterns of known models are run: one from a file could
/// take exponential time. Each of these reads a text in linear time.
/// </summary>
internal sealed partial class PreTokenizer
{
    private const string Gpt2Pattern =
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
        + @"|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string QwenPattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
        + @"|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string TekkenPattern =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        + @"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    // For one word; none of these patterns comes near it.
    private const int MatchMillisecondsMax = 10_000;

    // Stand-ins of the same class for characters beyond the basic plane, which .NET matches in halves. The letters are
    // of no contraction.
    private const char AnyUpper = 'A';
    private const char AnyLower = 'a';
    private const char AnyTitle = '\u01C5';
    private const char AnyModifier = '\u02B0';
    private const char AnyLetter = '\u4E00';
    private const char AnyMark = '\u0300';
    private const char AnyNumber = '\u00B2';
    private const char AnySymbol = '\uFFFD';

    private readonly Regex _words;

    private PreTokenizer(string pattern, Regex words, bool composes, bool wholeWordsFirst, bool addsBegin)
    {
        (Pattern, _words, Composes) = (pattern, words, composes);
        (WholeWordsFirst, AddsBegin) = (wholeWordsFirst, addsBegin);
    }

    /// <summary>GPT-2's; Radford et al. 2019.</summary>
    public static PreTokenizer Gpt2 { get; } = new(Gpt2Pattern, Gpt2Words(), false, false, false);

    /// <summary>Llama 3's: up to three digits; a word that is a token is taken without merges.</summary>
    public static PreTokenizer Llama3 { get; } = new(Llama3Pattern, Llama3Words(), false, true, true);

    /// <summary>That of Qwen 2, 2.5 and 3: single digits.</summary>
    public static PreTokenizer Qwen { get; } = new(QwenPattern, QwenWords(), true, false, false);

    /// <summary>
    /// That of Mistral's newer vocabularies (Nemo, Small 3): words begin where small letters turn to capitals; single
    /// digits; a word that is a token is taken without merges.
    /// </summary>
    public static PreTokenizer Tekken { get; } = new(TekkenPattern, TekkenWords(), false, true, true);

    /// <summary>The regular expression, as tokenizer.json gives it.</summary>
    public string Pattern { get; }

    /// <summary>Whether a text is brought to Unicode's composed form (NFC) before it is cut into words.</summary>
    public bool Composes { get; }

    /// <summary>Whether a word that is a token stays whole, whatever the merges say.</summary>
    public bool WholeWordsFirst { get; }

    /// <summary>Whether the begin token goes before a text where the file does not say.</summary>
    public bool AddsBegin { get; }

    /// <summary>That of GGUF's <c>tokenizer.ggml.pre</c>.</summary>
    public static PreTokenizer Named(string? name) => name switch
    {
        "gpt-2" => Gpt2,
        "llama-bpe" or "llama3" or "llama-v3" => Llama3,
        "qwen2" => Qwen,
        "tekken" => Tekken,
        _ => throw new ModelFormatException(
            $"metadata tokenizer.ggml.pre is '{name}', allowed are 'gpt-2', 'llama-bpe', 'qwen2' and 'tekken'"),
    };

    public static PreTokenizer? FindPattern(string pattern) =>
        new[] { Gpt2, Llama3, Qwen, Tekken }.FirstOrDefault(known => known.Pattern == pattern);

    /// <summary>The words, front to back; together they are the text.</summary>
    public IEnumerable<string> Words(string text)
    {
        var standIns = new StringBuilder(text.Length);
        var starts = new List<int>(text.Length + 1);
        var at = 0;

        foreach (var rune in text.EnumerateRunes())
        {
            standIns.Append(StandIn(rune));
            starts.Add(at);
            at += rune.Utf16SequenceLength;
        }

        starts.Add(text.Length);

        foreach (var word in _words.Matches(standIns.ToString()).Cast<Match>())
        {
            yield return text[starts[word.Index]..starts[word.Index + word.Length]];
        }
    }

    private static char StandIn(Rune rune) => rune.IsBmp
        ? (char)rune.Value
        : Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter => AnyUpper,
            UnicodeCategory.LowercaseLetter => AnyLower,
            UnicodeCategory.TitlecaseLetter => AnyTitle,
            UnicodeCategory.ModifierLetter => AnyModifier,
            UnicodeCategory.OtherLetter => AnyLetter,
            >= UnicodeCategory.NonSpacingMark and <= UnicodeCategory.EnclosingMark => AnyMark,
            >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber => AnyNumber,
            _ => AnySymbol,
        };

    [GeneratedRegex(Gpt2Pattern, RegexOptions.CultureInvariant, MatchMillisecondsMax)]
    private static partial Regex Gpt2Words();

    [GeneratedRegex(Llama3Pattern, RegexOptions.CultureInvariant, MatchMillisecondsMax)]
    private static partial Regex Llama3Words();

    [GeneratedRegex(QwenPattern, RegexOptions.CultureInvariant, MatchMillisecondsMax)]
    private static partial Regex QwenWords();

    [GeneratedRegex(TekkenPattern, RegexOptions.CultureInvariant, MatchMillisecondsMax)]
    private static partial Regex TekkenWords();
}
