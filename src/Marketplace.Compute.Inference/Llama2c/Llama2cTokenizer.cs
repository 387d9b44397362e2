using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Llama2c;

/// <summary>
/// llama2.c's <c>tokenizer.bin</c>: the longest token's length, then score, length and bytes of each. Ids 0 to 2 are
/// unknown, begin and end, then 256 bytes. Source: karpathy/llama2.c, tokenizer.py.
/// </summary>
internal static class Llama2cTokenizer
{
    /// <summary>Largest file.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    private const int TokenBytesMax = 1_024;
    private const int Unknown = 0;
    private const int Begin = 1;
    private const int End = 2;
    private const int FirstByte = 3;
    private const int Bytes = 256;
    private const char SpaceMark = '\u2581';

    /// <exception cref="ModelFormatException">The file holds no such vocabulary.</exception>
    public static SentencePieceTokenizer Read(ReadOnlySpan<byte> file, int tokens)
    {
        // Score and length at least, so that the file bounds what is allocated.
        if (tokens < FirstByte + Bytes || file.Length < 4 + (8L * tokens))
        {
            throw new ModelFormatException(
                $"the tokenizer's file has {file.Length} bytes for {tokens} tokens, of which {FirstByte + Bytes} are "
                    + "the least",
                0);
        }

        var (texts, scores, kinds) = (new string[tokens], new float[tokens], new int[tokens]);
        var at = 4;

        for (var id = 0; id < tokens; id++)
        {
            Expect(file.Length - at >= 8, $"the tokenizer's file ends before token {id} of {tokens}", at);
            scores[id] = BinaryPrimitives.ReadSingleLittleEndian(file[at..]);
            var length = BinaryPrimitives.ReadInt32LittleEndian(file[(at + 4)..]);
            Expect(
                length >= 0 && length <= TokenBytesMax && length <= file.Length - at - 8,
                $"token {id} has {length} bytes, allowed are {Math.Min(TokenBytesMax, file.Length - at - 8)}",
                at + 4);
            (texts[id], kinds[id]) = Token(id, Encoding.UTF8.GetString(file.Slice(at + 8, length)));
            at += 8 + length;
        }

        return SentencePieceTokenizer.Of(Vocabulary.Of(texts, scores, kinds), Begin, End, Unknown);
    }

    /// <summary>The file writes a space where SentencePiece has its mark.</summary>
    private static (string Text, int Kind) Token(int id, string text) => id switch
    {
        Unknown => (text, Vocabulary.UnknownKind),
        Begin or End => (text, Vocabulary.ControlKind),
        < FirstByte + Bytes => (
            string.Create(CultureInfo.InvariantCulture, $"<0x{id - FirstByte:X2}>"), Vocabulary.ByteKind),
        _ => (text.Replace(' ', SpaceMark), Vocabulary.NormalKind),
    };

    private static void Expect(bool holds, string offence, long at)
    {
        if (!holds)
        {
            throw new ModelFormatException(offence, at);
        }
    }
}
