using System.Text;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// SentencePiece-style BPE: code points are joined pair by pair, the joint token with the highest score first; what the
/// vocabulary lacks becomes bytes. Control and user-defined tokens in a text become those tokens, as chat prompts need.
/// Source: Kudo and Richardson 2018; score order as in karpathy/llama2.c.
/// </summary>
public sealed class SentencePieceTokenizer : ITokenizer
{
    /// <summary>Longest text, in characters.</summary>
    public const int CharactersMax = 1_000_000;

    private const char Space = '\u2581';

    private readonly Vocabulary _vocabulary;
    private readonly bool _spacePrefix;
    private readonly AddedTokens _marks = new();

    private SentencePieceTokenizer(
        Vocabulary vocabulary, (int Token, bool IsAdded) begin, IReadOnlyList<int> ends, int unknown, bool spacePrefix)
    {
        (_vocabulary, Unknown, _spacePrefix) = (vocabulary, unknown, spacePrefix);
        (Begin, AddsBegin) = begin;
        Ends = EndTokens.Of(
            ends,
            Begin,
            from id in Enumerable.Range(0, vocabulary.Count)
            where vocabulary.IsControl(id)
            select (id, (string?)vocabulary.TextOf(id)));
        var marks = new List<MarkToken>();

        for (var id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary.IsMark(id) && vocabulary.TextOf(id).Length is > 0 and <= AddedTokens.CharactersMax)
            {
                _marks.Add(vocabulary.TextOf(id), id);
                marks.Add(new(id, vocabulary.TextOf(id), vocabulary.IsControl(id)));
            }
        }

        Marks = marks;
    }

    /// <summary>The token before every text, if the model wants one there.</summary>
    public int Begin { get; }

    public IReadOnlyList<int> Ends { get; }

    public int Unknown { get; }

    public int Count => _vocabulary.Count;

    public bool AddsBegin { get; }

    public IReadOnlyList<MarkToken> Marks { get; }

    /// <exception cref="ModelFormatException">The metadata describes no tokenizer of this kind.</exception>
    public static SentencePieceTokenizer From(GgufFile file)
    {
        var model = file.Text("tokenizer.ggml.model");

        if (model != "llama")
        {
            throw new ModelFormatException($"tokenizer '{model}' is not supported, only 'llama'");
        }

        var vocabulary = Vocabulary.From(file);
        var last = vocabulary.Count - 1;
        return new(
            vocabulary,
            (file.Number("tokenizer.ggml.bos_token_id", 0, last, Math.Min(1, last)),
                file.Flag("tokenizer.ggml.add_bos_token", fallback: true)),
            EndTokens.NamedIn(file, last, Math.Min(2, last)),
            file.Number("tokenizer.ggml.unknown_token_id", 0, last, 0),
            file.Flag("tokenizer.ggml.add_space_prefix", fallback: true));
    }

    internal static SentencePieceTokenizer Of(Vocabulary vocabulary, int begin, int end, int unknown) =>
        new(vocabulary, (begin, true), [end], unknown, spacePrefix: true);

    /// <summary>
    /// The tokens of a text, the begin token first where the model wants one. An empty text is the begin token in any
    /// case, as a model continues from one token at least.
    /// </summary>
    public IReadOnlyList<int> Encode(string text)
    {
        List<int> tokens = AddsBegin || text.Length == 0 ? [Begin] : [];
        Add(tokens, text, _spacePrefix);
        return tokens;
    }

    public IReadOnlyList<int> Continue(string text)
    {
        List<int> tokens = [];
        Add(tokens, text, isSpaced: false);
        return tokens;
    }

    private void Add(List<int> tokens, string text, bool isSpaced)
    {
        if (text.Length > CharactersMax)
        {
            throw new ArgumentException(
                $"the text has {text.Length} characters, allowed are {CharactersMax}", nameof(text));
        }

        foreach (var (token, part) in _marks.Split(text))
        {
            if (token is { } mark)
            {
                tokens.Add(mark);
                continue;
            }

            var marked = (isSpaced ? " " + part : part).Replace(' ', Space);
            tokens.AddRange(new PairMerger(_vocabulary, marked).Merge(Unknown));
        }
    }

    public string? TextOf(int token) => _vocabulary.TextOf(token);

    /// <summary>
    /// The bytes of one token; <paramref name="isFirst"/> strips the space that encoding put in front.
    /// </summary>
    public byte[] Decode(int token, bool isFirst)
    {
        if (_vocabulary.IsByte(token))
        {
            return [_vocabulary.ByteOf(token)];
        }

        if (_vocabulary.IsControl(token))
        {
            return [];
        }

        var text = _vocabulary.TextOf(token).Replace(Space, ' ');
        return Encoding.UTF8.GetBytes(isFirst && text.StartsWith(' ') ? text[1..] : text);
    }
}
