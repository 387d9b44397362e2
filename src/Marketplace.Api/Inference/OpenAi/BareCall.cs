namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// How an answer begins that is calls without a mark: an object whose first member is <c>name</c>, or <c>type</c> with
/// the value <c>function</c> and then <c>name</c>; or a list of such. The engine's grammar of calls holds to the same.
/// </summary>
internal static class BareCall
{
    private static readonly string[][] Heads =
    [
        ["{", "\"name\"", ":"],
        ["[", "{", "\"name\"", ":"],
        ["{", "\"type\"", ":", "\"function\"", ",", "\"name\"", ":"],
        ["[", "{", "\"type\"", ":", "\"function\"", ",", "\"name\"", ":"],
    ];

    /// <summary>Whether the text begins so; null while that is open.</summary>
    public static bool? Begins(string text)
    {
        var found = Heads.Select(head => Follows(text.AsSpan(), head)).ToList();
        return found.Contains(true) ? true : found.Contains(null) ? null : false;
    }

    /// <summary>Whether the words stand there, between blanks at most; null where the text ends before.</summary>
    private static bool? Follows(ReadOnlySpan<char> text, string[] words)
    {
        foreach (var word in words)
        {
            text = text.TrimStart(" \t\r\n");

            if (!text.StartsWith(word, StringComparison.Ordinal))
            {
                return word.AsSpan().StartsWith(text, StringComparison.Ordinal) ? null : false;
            }

            text = text[word.Length..];
        }

        return true;
    }
}
