using System.Runtime.InteropServices;
using System.Text;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// Unicode's composed form (NFC): a letter and its accent are one character where there is such a one. Source: Unicode
/// Standard Annex 15. The runtime has it only with ICU, and by ICU's version; this is one table on every machine, as
/// tokens must be.
/// </summary>
internal static class CanonicalForm
{
    // All below are as they are, and compose with nothing before them.
    private const char FirstThatMayChange = '\u0300';

    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;
    private const int Syllables = Leads * Vowels * Trails;

    /// <summary>
    /// Composes a text; what is composed stays as it is. Linear but for the sorting of one base's marks.
    /// </summary>
    public static string Compose(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstThatMayChange, char.MaxValue))
        {
            return text;
        }

        var codes = Apart(text);
        Order(codes);
        var composed = Composed(codes);
        var whole = new StringBuilder(text.Length);
        Span<char> letter = stackalloc char[2];

        foreach (var code in composed)
        {
            whole.Append(letter[..new Rune(code).EncodeToUtf16(letter)]);
        }

        return whole.ToString();
    }

    private static List<int> Apart(string text)
    {
        var codes = new List<int>(text.Length);

        foreach (var rune in text.EnumerateRunes())
        {
            var code = rune.Value;
            var syllable = code - SyllableBase;

            if (syllable is >= 0 and < Syllables)
            {
                codes.Add(LeadBase + (syllable / (Vowels * Trails)));
                codes.Add(VowelBase + (syllable % (Vowels * Trails) / Trails));

                if (syllable % Trails != 0)
                {
                    codes.Add(TrailBase + (syllable % Trails));
                }
            }
            else if (CanonicalData.Unicode.Apart(code) is { IsEmpty: false } parts)
            {
                codes.AddRange(parts);
            }
            else
            {
                codes.Add(code);
            }
        }

        return codes;
    }

    /// <summary>Marks behind one base go by their class; those of one class stay in the order that they have.</summary>
    private static void Order(List<int> codes)
    {
        var all = CollectionsMarshal.AsSpan(codes);

        for (var from = 0; from < all.Length; from++)
        {
            var end = from;

            while (end < all.Length && CanonicalData.Unicode.ClassOf(all[end]) != 0)
            {
                end++;
            }

            if (end - from > 1)
            {
                var keys = new long[end - from];

                for (var at = 0; at < keys.Length; at++)
                {
                    keys[at] = ((long)CanonicalData.Unicode.ClassOf(all[from + at]) << 32) | (uint)at;
                }

                keys.AsSpan().Sort(all[from..end]);
            }

            from = Math.Max(from, end);
        }
    }

    private static List<int> Composed(List<int> codes)
    {
        var composed = new List<int>(codes.Count);
        var (starter, before) = (-1, 0);

        foreach (var code in codes)
        {
            var own = CanonicalData.Unicode.ClassOf(code);

            // A mark reaches its base over marks of lower classes; anything else only where it stands next to it.
            var reaches = starter >= 0 && (before < own || starter == composed.Count - 1);

            if (reaches && Pair(composed[starter], code) is { } one)
            {
                composed[starter] = one;
                continue;
            }

            (starter, before) = own == 0 ? (composed.Count, 0) : (starter, own);
            composed.Add(code);
        }

        return composed;
    }

    private static int? Pair(int first, int second)
    {
        var (lead, vowel) = (first - LeadBase, second - VowelBase);

        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
        {
            return SyllableBase + (((lead * Vowels) + vowel) * Trails);
        }

        var (syllable, trail) = (first - SyllableBase, second - TrailBase);

        return syllable is >= 0 and < Syllables && syllable % Trails == 0 && trail is > 0 and < Trails
            ? first + trail
            : CanonicalData.Unicode.Pair(first, second);
    }
}
