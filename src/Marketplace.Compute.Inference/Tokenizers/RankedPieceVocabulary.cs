namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>What a <c>tokenizer.json</c> says of a SentencePiece-style tokenizer.</summary>
internal sealed record RankedPieceVocabulary
{
    /// <summary>By id; null where an id has no token.</summary>
    public required string?[] Texts { get; init; }

    /// <summary>
    /// Tokens found in the text as they stand; those that are normalized, after the spaces were marked.
    /// </summary>
    public required IReadOnlyList<(int Token, bool IsControl, bool IsNormalized)> Added { get; init; }

    /// <summary>By rank.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    public required SpacePrefix Prefix { get; init; }

    public required int Begin { get; init; }

    /// <summary>As files name them; at least one.</summary>
    public required IReadOnlyList<int> Ends { get; init; }

    /// <summary>The token of what has no bytes either; -1 where there is none.</summary>
    public required int Unknown { get; init; }

    /// <summary>Whether unknown characters in a row are one token.</summary>
    public required bool FusesUnknown { get; init; }

    /// <summary>Whether characters without a token become their bytes.</summary>
    public required bool HasBytes { get; init; }

    /// <summary>Whether a text begins with the begin token.</summary>
    public required bool AddsBegin { get; init; }
}
