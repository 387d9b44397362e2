using System.Text;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// Byte-level BPE, as GPT-2, Llama 3 and Qwen use it: words are cut by a pattern, written as bytes, and merged by rank.
/// Control and added tokens in the text become those tokens, as in Hugging Face's tokenizers: a caller that must not
/// let
/// a user write them removes them first.
/// </summary>
public sealed class ByteLevelTokenizer : ITokenizer
{
    private const int ControlKind = 3;
    private const int UserDefinedKind = 4;

    // Words repeat: remembering them spares most merges. Bounded per text, so that no text holds memory after it.
    private const int RememberedWordsMax = 16_384;
    private const int RememberedCharactersMax = 32;

    private readonly string?[] _texts;
    private readonly HashSet<int> _controls;
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);
    private readonly AddedTokens _added = new();
    private readonly MergeRules _rules = new();
    private readonly int[] _bytes = new int[256];
    private readonly PreTokenizer _words;

    /// <exception cref="ModelFormatException">A byte has no token, or a merge names tokens that there are
    /// not.</exception>
    internal ByteLevelTokenizer(ByteLevelVocabulary vocabulary)
    {
        _texts = vocabulary.Texts;
        _controls = [.. vocabulary.Added.Where(added => added.IsControl).Select(added => added.Token)];
        (_words, AddsBegin) = (vocabulary.Words, vocabulary.AddsBegin);
        Marks = [.. vocabulary.Added.Select(one => new MarkToken(one.Token, _texts[one.Token] ?? "", one.IsControl))];
        Begin = vocabulary.Begin;
        Ends = EndTokens.Of(vocabulary.Ends, Begin, _controls.Select(id => (id, _texts[id])));

        foreach (var (token, _) in vocabulary.Added)
        {
            _added.Add(_texts[token] ?? "", token);
        }

        var added = vocabulary.Added.Select(one => one.Token).ToHashSet();

        for (var id = 0; id < _texts.Length; id++)
        {
            if (_texts[id] is { } text && !added.Contains(id))
            {
                _byText.TryAdd(text, id);
            }
        }

        for (var value = 0; value < 256; value++)
        {
            _bytes[value] = _byText.TryGetValue(ByteAlphabet.Of((byte)value).ToString(), out var id)
                ? id
                : throw new ModelFormatException($"the vocabulary has no token for the byte 0x{value:X2}");
        }

        for (var rank = 0; rank < vocabulary.Merges.Count; rank++)
        {
            var (left, right) = vocabulary.Merges[rank];
            _rules.Add(Merged(left, rank), Merged(right, rank), Merged(left + right, rank));
        }
    }

    public int Begin { get; }

    public IReadOnlyList<int> Ends { get; }

    /// <summary>None: every text has bytes.</summary>
    public int Unknown => -1;

    public int Count => _texts.Length;

    public bool AddsBegin { get; }

    public IReadOnlyList<MarkToken> Marks { get; }

    /// <exception cref="ModelFormatException">The metadata describes no tokenizer of this kind.</exception>
    public static ByteLevelTokenizer From(GgufFile file)
    {
        var texts = file.FindArray<string>("tokenizer.ggml.tokens")
            ?? throw new ModelFormatException("metadata tokenizer.ggml.tokens is missing or no list of strings");
        var merges = file.FindArray<string>("tokenizer.ggml.merges")
            ?? throw new ModelFormatException("metadata tokenizer.ggml.merges is missing or no list of strings");
        var kinds = file.FindArray<int>("tokenizer.ggml.token_type") ?? new int[texts.Length];

        if (texts.Length is 0 or > ModelLimits.VocabularyMax || kinds.Length != texts.Length)
        {
            throw new ModelFormatException($"the vocabulary has {texts.Length} tokens and {kinds.Length} kinds");
        }

        var words = PreTokenizer.Named(file.FindText("tokenizer.ggml.pre"));
        var ends = EndTokens.NamedIn(file, texts.Length - 1, fallback: null);
        return new(new ByteLevelVocabulary
        {
            Texts = texts,
            Added =
            [
                .. Enumerable.Range(0, texts.Length)
                    .Where(id => kinds[id] is ControlKind or UserDefinedKind)
                    .Select(id => (id, kinds[id] == ControlKind)),
            ],
            Merges = [.. merges.Select(ByteLevelVocabulary.Merge)],
            Words = words,
            Begin = file.Number("tokenizer.ggml.bos_token_id", 0, texts.Length - 1, ends[0]),
            Ends = ends,
            AddsBegin = file.Flag("tokenizer.ggml.add_bos_token", words.AddsBegin),
        });
    }

    /// <summary>
    /// The tokens of a text, the begin token first where the model wants one. An empty text is the begin token in any
    /// case, as a model continues from one token at least. Half a surrogate pair becomes U+FFFD.
    /// </summary>
    public IReadOnlyList<int> Encode(string text)
    {
        if (text.Length > SentencePieceTokenizer.CharactersMax)
        {
            throw new ArgumentException(
                $"the text has {text.Length} characters, allowed are {SentencePieceTokenizer.CharactersMax}",
                nameof(text));
        }

        var tokens = new List<int>();
        var remembered = new Dictionary<string, IReadOnlyList<int>>(StringComparer.Ordinal);

        if (AddsBegin || text.Length == 0)
        {
            tokens.Add(Begin);
        }

        foreach (var (token, part) in _added.Split(text))
        {
            if (token is { } whole)
            {
                tokens.Add(whole);
                continue;
            }

            foreach (var word in _words.Words(Normalized(part)))
            {
                tokens.AddRange(Word(word, remembered));
            }
        }

        return tokens;
    }

    public string? TextOf(int token) => _texts[token];

    public byte[] Decode(int token, bool isFirst) =>
        _controls.Contains(token) || _texts[token] is not { } text
            ? []
            : _byText.ContainsKey(text) ? ByteAlphabet.Decode(text) : Encoding.UTF8.GetBytes(text);

    private string Normalized(string text) =>
        _words.Composes ? CanonicalForm.Compose(WellFormed(text)) : WellFormed(text);

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private IReadOnlyList<int> Word(string word, Dictionary<string, IReadOnlyList<int>> remembered)
    {
        if (remembered.TryGetValue(word, out var known))
        {
            return known;
        }

        var bytes = Encoding.UTF8.GetBytes(word);
        var isToken = _byText.TryGetValue(string.Concat(bytes.Select(ByteAlphabet.Of)), out var token);
        var tokens = isToken && _words.WholeWordsFirst
            ? [token]
            : _rules.Merge([.. bytes.Select(value => _bytes[value])]);

        if (word.Length <= RememberedCharactersMax && remembered.Count < RememberedWordsMax)
        {
            remembered.Add(word, tokens);
        }

        return tokens;
    }

    private int Merged(string text, int rank) => _byText.TryGetValue(text, out var id)
        ? id
        : throw new ModelFormatException($"merge {rank} needs '{text}', which is no token of the vocabulary");
}
