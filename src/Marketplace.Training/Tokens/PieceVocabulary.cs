using System.Globalization;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Training.Tokens;

/// <summary>
/// A trained vocabulary in the form of GGUF's <c>llama</c> tokenizer: three control tokens, the 256 bytes, then the
/// pieces, of which an earlier one has the higher score.
/// </summary>
internal sealed class PieceVocabulary
{
    public const int Unknown = 0;
    public const int Begin = 1;
    public const int End = 2;
    public const int Controls = 3;
    public const int Bytes = 256;

    private readonly string[] _texts;
    private readonly float[] _scores;
    private readonly int[] _kinds;

    public PieceVocabulary(IReadOnlyList<string> pieces)
    {
        var bytes = Enumerable.Range(0, Bytes)
            .Select(value => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>"));
        _texts = ["<unk>", "<s>", "</s>", .. bytes, .. pieces];
        _scores = [.. Enumerable.Range(0, _texts.Length).Select(id => id < Controls + Bytes ? 0f : -id)];
        _kinds =
        [
            Vocabulary.UnknownKind, Vocabulary.ControlKind, Vocabulary.ControlKind,
            .. Enumerable.Repeat(Vocabulary.ByteKind, Bytes), .. pieces.Select(_ => Vocabulary.NormalKind),
        ];
        Tokenizer = SentencePieceTokenizer.Of(Vocabulary.Of(_texts, _scores, _kinds), Begin, End, Unknown);
    }

    public int Count => _texts.Length;

    /// <summary>What readers of the exported file make of it.</summary>
    public SentencePieceTokenizer Tokenizer { get; }

    public void AddTo(GgufWriter writer)
    {
        writer.Add("tokenizer.ggml.model", "llama");
        writer.Add("tokenizer.ggml.tokens", _texts);
        writer.Add("tokenizer.ggml.scores", _scores);
        writer.Add("tokenizer.ggml.token_type", _kinds);
        writer.Add("tokenizer.ggml.bos_token_id", (uint)Begin);
        writer.Add("tokenizer.ggml.eos_token_id", (uint)End);
        writer.Add("tokenizer.ggml.unknown_token_id", (uint)Unknown);
    }
}
