namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>What a file says of a byte-level tokenizer.</summary>
internal sealed record ByteLevelVocabulary
{
    /// <summary>By id, in the alphabet of bytes; null where an id has no token.</summary>
    public required string?[] Texts { get; init; }

    /// <summary>Tokens found in the text as they stand; control tokens are not part of what a model writes.</summary>
    public required IReadOnlyList<(int Token, bool IsControl)> Added { get; init; }

    /// <summary>By rank.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    public required PreTokenizer Words { get; init; }

    public required int Begin { get; init; }

    /// <summary>As files name them; at least one.</summary>
    public required IReadOnlyList<int> Ends { get; init; }

    /// <summary>Whether a text begins with the begin token.</summary>
    public required bool AddsBegin { get; init; }

    /// <summary>
    /// A merge as files write it: two tokens with a space between, which no token of the alphabet holds.
    /// </summary>
    public static (string Left, string Right) Merge(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);

        return space > 0 && space < text.Length - 1 && text.IndexOf(' ', space + 1) < 0
            ? (text[..space], text[(space + 1)..])
            : throw new ModelFormatException($"merge '{text}' is not two tokens with a space between");
    }
}
