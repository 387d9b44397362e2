using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>Text to a model's tokens and back. Any number of threads may use one.</summary>
public interface ITokenizer
{
    /// <summary>The token that begins a text; equal to <see cref="End"/> where a model has none of its own.</summary>
    int Begin { get; }

    /// <summary>The token that ends a text; of several the first that the model's files name.</summary>
    int End => Ends[0];

    /// <summary>All tokens that end a text, <see cref="End"/> first; never empty.</summary>
    IReadOnlyList<int> Ends { get; }

    /// <summary>The token of what cannot be written; -1 where the model has none, as any byte can.</summary>
    int Unknown { get; }

    /// <summary>Whether encoding puts <see cref="Begin"/> before every text.</summary>
    bool AddsBegin { get; }

    /// <summary>Tokens that a text becomes wherever theirs stands in it, such as <c>&lt;|im_end|&gt;</c>.</summary>
    IReadOnlyList<MarkToken> Marks { get; }

    /// <summary>Tokens in the vocabulary: ids are 0 to one less.</summary>
    int Count { get; }

    /// <summary>
    /// Whether a text ends where this token is drawn. So it does where another would begin.
    /// </summary>
    bool IsEnd(int token) => token == Begin || Ends.Contains(token);

    /// <summary>The tokens of a text, as the model was trained on them. Never empty.</summary>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    IReadOnlyList<int> Encode(string text);

    /// <summary>
    /// The tokens of a text that goes on where another part has ended: without the begin token, and without the space
    /// that encoding puts in front. None of an empty text.
    /// </summary>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    IReadOnlyList<int> Continue(string text) =>
        text.Length == 0 ? [] : [.. Encode(text).Skip(AddsBegin ? 1 : 0)];

    /// <summary>The text of a token as the vocabulary has it; null where it has none.</summary>
    string? TextOf(int token);

    /// <summary>
    /// The bytes of one token, which may be part of a character; none for control tokens. <paramref name="isFirst"/>
    /// strips the space that encoding put in front, where it does.
    /// </summary>
    byte[] Decode(int token, bool isFirst);

    /// <summary>The tokenizer that a GGUF's metadata describes.</summary>
    /// <exception cref="ModelFormatException">It describes none, or one that is not supported.</exception>
    static ITokenizer From(GgufFile file) => file.Text("tokenizer.ggml.model") switch
    {
        "llama" => SentencePieceTokenizer.From(file),
        "gpt2" => ByteLevelTokenizer.From(file),
        var other => throw new ModelFormatException(
            $"tokenizer '{other}' is not supported, allowed are 'llama' and 'gpt2'"),
    };
}
