using System.Globalization;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>The tokens of a model with their scores and kinds, in GGUF's terms.</summary>
public sealed class Vocabulary
{
    internal const int NormalKind = 1;
    internal const int UnknownKind = 2;
    internal const int ControlKind = 3;
    internal const int UserDefinedKind = 4;
    internal const int ByteKind = 6;

    private readonly string[] _texts;
    private readonly float[] _scores;
    private readonly int[] _kinds;
    private readonly Dictionary<string, int> _byText = new(StringComparer.Ordinal);
    private readonly int[] _byByte = new int[256];

    private Vocabulary(string[] texts, float[] scores, int[] kinds)
    {
        (_texts, _scores, _kinds) = (texts, scores, kinds);
        Array.Fill(_byByte, -1);

        for (var id = 0; id < texts.Length; id++)
        {
            if (kinds[id] == ByteKind)
            {
                _byByte[ByteOf(id)] = id;
            }
            else
            {
                _byText.TryAdd(texts[id], id);
            }
        }
    }

    public int Count => _texts.Length;

    /// <exception cref="ModelFormatException">The metadata holds no usable vocabulary.</exception>
    public static Vocabulary From(GgufFile file)
    {
        var texts = file.FindArray<string>("tokenizer.ggml.tokens")
            ?? throw new ModelFormatException("metadata tokenizer.ggml.tokens is missing or no list of strings");
        var scores = file.FindArray<float>("tokenizer.ggml.scores") ?? new float[texts.Length];
        var kinds = file.FindArray<int>("tokenizer.ggml.token_type") ?? [.. Enumerable.Repeat(
            NormalKind, texts.Length)];

        return Of(texts, scores, kinds);
    }

    /// <summary>A vocabulary by id; kinds are GGUF's.</summary>
    /// <exception cref="ModelFormatException">It is not usable.</exception>
    internal static Vocabulary Of(string[] texts, float[] scores, int[] kinds)
    {
        if (texts.Length is 0 or > ModelLimits.VocabularyMax || scores.Length != texts.Length
            || kinds.Length != texts.Length)
        {
            throw new ModelFormatException(
                $"the vocabulary has {texts.Length} tokens, {scores.Length} scores and {kinds.Length} kinds");
        }

        if (Array.Exists(scores, float.IsNaN))
        {
            throw new ModelFormatException("a score of the vocabulary is not a number");
        }

        return new(texts, scores, kinds);
    }

    public string TextOf(int id) => _texts[id];

    public float ScoreOf(int id) => _scores[id];

    public bool IsControl(int id) => _kinds[id] == ControlKind;

    /// <summary>Whether the token stands for itself wherever its text occurs.</summary>
    public bool IsMark(int id) => _kinds[id] is ControlKind or UserDefinedKind;

    public bool IsByte(int id) => _kinds[id] == ByteKind;

    public int? Find(string text) => _byText.TryGetValue(text, out var id) ? id : null;

    public int? FindByte(byte value) => _byByte[value] >= 0 ? _byByte[value] : null;

    /// <summary>The byte of a token such as <c>&lt;0x0A&gt;</c>.</summary>
    public byte ByteOf(int id)
    {
        var text = _texts[id];
        var isByte = text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>';

        return isByte
            && byte.TryParse(text.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new ModelFormatException($"token {id} is of the byte kind, but its text is '{text}'");
    }
}
