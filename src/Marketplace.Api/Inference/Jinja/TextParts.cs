namespace Marketplace.Api.Inference.Jinja;

/// <summary>Cuts texts as Python does.</summary>
internal static class TextParts
{
    /// <summary>Python's white space has four separators more.</summary>
    public static bool IsBlank(char one) => char.IsWhiteSpace(one) || one is >= '\x1c' and <= '\x1f';

    /// <summary>The characters that the argument <c>chars</c> names, once they are charged; null for none.</summary>
    public static IReadOnlySet<char>? Set(Arguments given)
    {
        if (given.FindText(0, "chars")?.Value is not { } characters)
        {
            return null;
        }

        given.Site.Step(characters.Length);
        return characters.ToHashSet();
    }

    /// <summary>Without these characters at its ends; without blanks where none are named.</summary>
    public static TaintedText Stripped(TaintedText text, IReadOnlySet<char>? characters, bool left, bool right)
    {
        bool IsGone(char one) => characters?.Contains(one) ?? IsBlank(one);
        var (from, to) = (0, text.Length);

        while (left && from < to && IsGone(text.Value[from]))
        {
            from++;
        }

        while (right && to > from && IsGone(text.Value[to - 1]))
        {
            to--;
        }

        return text.Slice(from, to - from);
    }

    /// <summary>The parts between separators; between runs of blanks where there is no separator.</summary>
    public static List<TaintedText> Split(TaintedText text, string? separator, long splitsMax)
    {
        var parts = new List<TaintedText>();
        var from = 0;

        if (separator is null)
        {
            return Words(text, splitsMax);
        }

        while (parts.Count < splitsMax
            && text.Value.IndexOf(separator, from, StringComparison.Ordinal) is >= 0 and var at)
        {
            parts.Add(text.Slice(from, at - from));
            from = at + separator.Length;
        }

        parts.Add(text.Slice(from));
        return parts;
    }

    /// <summary>Lines without their breaks; a break at the end begins no line.</summary>
    public static List<TaintedText> Lines(TaintedText text)
    {
        var lines = new List<TaintedText>();
        var from = 0;

        while (from < text.Length)
        {
            var at = text.Value.AsSpan(from).IndexOfAny('\n', '\r');

            if (at < 0)
            {
                lines.Add(text.Slice(from));
                break;
            }

            lines.Add(text.Slice(from, at));
            from += at + (text.Value.AsSpan(from + at).StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1);
        }

        return lines;
    }

    /// <summary>The first character large, the others small.</summary>
    public static TaintedText Capitalized(TaintedText text) => text.Length == 0
        ? text
        : text.WithCharacters(text.Value[..1].ToUpperInvariant() + text.Value[1..].ToLowerInvariant());

    private static List<TaintedText> Words(TaintedText text, long splitsMax)
    {
        var words = new List<TaintedText>();
        var at = 0;

        while (true)
        {
            while (at < text.Length && IsBlank(text.Value[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                return words;
            }

            if (words.Count >= splitsMax)
            {
                words.Add(Stripped(text.Slice(at), null, left: false, right: true));
                return words;
            }

            var from = at;

            while (at < text.Length && !IsBlank(text.Value[at]))
            {
                at++;
            }

            words.Add(text.Slice(from, at - from));
        }
    }
}
