using System.Globalization;
using System.Text;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// SentencePiece-style BPE with ranked merges, as <c>tokenizer.json</c> describes it: spaces are marked, code points
/// without a token become their bytes, and neighbours are merged by rank across words. Added tokens in a text become
/// those tokens, as in Hugging Face's tokenizers.
/// </summary>
public sealed class RankedPieceTokenizer : ITokenizer
{
    private const char Mark = '\u2581';

    private readonly string?[] _texts;
    private readonly RankedPieceVocabulary _file;
    private readonly HashSet<int> _controls;
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);
    private readonly AddedTokens _raw = new();
    private readonly AddedTokens _normalized = new();
    private readonly MergeRules _rules = new();
    private readonly int[] _bytes = new int[256];
    private readonly Dictionary<int, byte> _byteOf = [];

    /// <exception cref="ModelFormatException">A merge names tokens that there are not.</exception>
    internal RankedPieceTokenizer(RankedPieceVocabulary file)
    {
        (_file, _texts) = (file, file.Texts);
        _controls = [.. file.Added.Where(one => one.IsControl).Select(one => one.Token)];
        Marks = [.. file.Added.Select(one => new MarkToken(one.Token, _texts[one.Token] ?? "", one.IsControl))];

        for (var id = 0; id < _texts.Length; id++)
        {
            if (_texts[id] is { } text)
            {
                _byText.TryAdd(text, id);
            }
        }

        Ends = EndTokens.Of(file.Ends, Begin, _controls.Select(id => (id, _texts[id])));
        AddBytes();

        foreach (var (token, _, isNormalized) in file.Added)
        {
            // Its text is normalized as the text that it is looked for in.
            (isNormalized ? _normalized : _raw).Add(
                isNormalized ? Normalize(_texts[token] ?? "", isFirst: true) : _texts[token] ?? "", token);
        }

        for (var rank = 0; rank < file.Merges.Count; rank++)
        {
            var (left, right) = file.Merges[rank];
            _rules.Add(Merged(left, rank), Merged(right, rank), Merged(left + right, rank));
        }
    }

    public int Begin => _file.Begin;

    public IReadOnlyList<int> Ends { get; }

    public int Unknown => _file.Unknown;

    public int Count => _texts.Length;

    public bool AddsBegin => _file.AddsBegin;

    public IReadOnlyList<MarkToken> Marks { get; }

    /// <summary>
    /// The tokens of a text, the begin token first where the model wants one. An empty text is the begin token in any
    /// case, as a model continues from one token at least.
    /// </summary>
    public IReadOnlyList<int> Encode(string text)
    {
        List<int> tokens = _file.AddsBegin || text.Length == 0 ? [Begin] : [];
        Add(tokens, text, isContinued: false);
        return tokens;
    }

    public IReadOnlyList<int> Continue(string text)
    {
        List<int> tokens = [];
        Add(tokens, text, isContinued: true);
        return tokens;
    }

    private void Add(List<int> tokens, string text, bool isContinued)
    {
        if (text.Length > SentencePieceTokenizer.CharactersMax)
        {
            throw new ArgumentException(
                $"the text has {text.Length} characters, allowed are {SentencePieceTokenizer.CharactersMax}",
                nameof(text));
        }

        var isFirst = true;

        foreach (var (token, part) in _raw.Split(WellFormed(text)))
        {
            if (token is { } whole)
            {
                tokens.Add(whole);
            }
            else
            {
                AddPart(tokens, isContinued ? part.Replace(' ', Mark) : Normalize(part, isFirst));
            }

            isFirst = false;
        }
    }

    public string? TextOf(int token) => _texts[token];

    public byte[] Decode(int token, bool isFirst)
    {
        if (_byteOf.TryGetValue(token, out var value))
        {
            return [value];
        }

        if (_controls.Contains(token) || _texts[token] is not { } text)
        {
            return [];
        }

        var plain = text.Replace(Mark, ' ');
        return Encoding.UTF8.GetBytes(
            isFirst && _file.Prefix != SpacePrefix.None && plain.StartsWith(' ') ? plain[1..] : plain);
    }

    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private void AddBytes()
    {
        for (var value = 0; value < _bytes.Length; value++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");
            _bytes[value] = _file.HasBytes && _byText.TryGetValue(text, out var id) ? id : -1;

            if (_bytes[value] >= 0)
            {
                _byteOf[_bytes[value]] = (byte)value;
            }
        }
    }

    private string Normalize(string text, bool isFirst)
    {
        var marked = text.Replace(' ', Mark);
        var isPrefixed = text.Length > 0 && _file.Prefix switch
        {
            SpacePrefix.EveryPart => true,
            SpacePrefix.EveryPartWithout => marked[0] != Mark,
            SpacePrefix.First => isFirst && marked[0] != Mark,
            _ => false,
        };

        return isPrefixed ? Mark + marked : marked;
    }

    private void AddPart(List<int> tokens, string marked)
    {
        foreach (var (token, part) in _normalized.Split(marked))
        {
            if (token is { } whole)
            {
                tokens.Add(whole);
            }
            else
            {
                tokens.AddRange(_rules.Merge(Characters(part)));
            }
        }
    }

    private List<int> Characters(string text)
    {
        var tokens = new List<int>(text.Length);
        Span<byte> bytes = stackalloc byte[4];

        foreach (var rune in text.EnumerateRunes())
        {
            if (_byText.TryGetValue(rune.ToString(), out var token))
            {
                tokens.Add(token);
                continue;
            }

            var written = bytes[..rune.EncodeToUtf8(bytes)];
            var hasAll = true;

            foreach (var value in written)
            {
                hasAll &= _bytes[value] >= 0;
            }

            if (!hasAll)
            {
                AddUnknown(tokens);
                continue;
            }

            foreach (var value in written)
            {
                tokens.Add(_bytes[value]);
            }
        }

        return tokens;
    }

    private void AddUnknown(List<int> tokens)
    {
        var isFused = _file.FusesUnknown && tokens.Count > 0 && tokens[^1] == Unknown;

        if (Unknown >= 0 && !isFused)
        {
            tokens.Add(Unknown);
        }
    }

    private int Merged(string text, int rank) => _byText.TryGetValue(text, out var id)
        ? id
        : throw new ModelFormatException($"merge {rank} needs '{text}', which is no token of the vocabulary");
}
