using System.Text;

namespace Marketplace.Testing;

/// <summary>
/// Writes a GGUF of the Llama architecture with random weights, so that tests have a model of any size: its text is
/// nonsense, its cost is real. It never ends a text by itself.
/// </summary>
public static class SyntheticModel
{
    private const int Specials = 3;
    private const int Vocabulary = 512;
    private const int Alignment = 32;
    private const uint TextType = 8;
    private const uint NumberType = 4;
    private const uint ArrayType = 9;

    /// <summary>Writes the file; the same sizes give the same bytes.</summary>
    public static void Write(string path, int dimension, int layers, int heads, int feedForward, int context = 4_096)
    {
        using var writer = new BinaryWriter(File.Create(path));
        var tensors = Tensors(dimension, layers, feedForward).ToArray();
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Length);
        writer.Write(10ul);
        Text(writer, "general.architecture", "llama");
        Text(writer, "tokenizer.ggml.model", "llama");
        Number(writer, "llama.context_length", context);
        Number(writer, "llama.embedding_length", dimension);
        Number(writer, "llama.feed_forward_length", feedForward);
        Number(writer, "llama.block_count", layers);
        Number(writer, "llama.attention.head_count", heads);
        Tokens(writer);
        Table(writer, tensors);
        Weights(writer, tensors);
    }

    private static IEnumerable<(string Name, int Rows, int Columns)> Tensors(int dimension, int layers, int feedForward)
    {
        yield return ("token_embd.weight", Vocabulary, dimension);
        yield return ("output_norm.weight", 1, dimension);
        yield return ("output.weight", Vocabulary, dimension);

        for (var layer = 0; layer < layers; layer++)
        {
            yield return ($"blk.{layer}.attn_norm.weight", 1, dimension);
            yield return ($"blk.{layer}.attn_q.weight", dimension, dimension);
            yield return ($"blk.{layer}.attn_k.weight", dimension, dimension);
            yield return ($"blk.{layer}.attn_v.weight", dimension, dimension);
            yield return ($"blk.{layer}.attn_output.weight", dimension, dimension);
            yield return ($"blk.{layer}.ffn_norm.weight", 1, dimension);
            yield return ($"blk.{layer}.ffn_gate.weight", feedForward, dimension);
            yield return ($"blk.{layer}.ffn_up.weight", feedForward, dimension);
            yield return ($"blk.{layer}.ffn_down.weight", dimension, feedForward);
        }
    }

    private static void Tokens(BinaryWriter writer)
    {
        Key(writer, "tokenizer.ggml.tokens", ArrayType);
        writer.Write(TextType);
        writer.Write((ulong)Vocabulary);

        for (var token = 0; token < Vocabulary; token++)
        {
            String(writer, token switch
            {
                0 => "<unk>",
                1 => "<s>",
                2 => "</s>",
                < Specials + 256 => $"<0x{token - Specials:X2}>",
                _ => $"w{token}\u2581",
            });
        }

        Key(writer, "tokenizer.ggml.scores", ArrayType);
        writer.Write(6u);
        writer.Write((ulong)Vocabulary);

        for (var token = 0; token < Vocabulary; token++)
        {
            writer.Write(-(float)token);
        }

        Key(writer, "tokenizer.ggml.token_type", ArrayType);
        writer.Write(5u);
        writer.Write((ulong)Vocabulary);

        for (var token = 0; token < Vocabulary; token++)
        {
            writer.Write(token switch { 0 => 2, < Specials => 3, < Specials + 256 => 6, _ => 1 });
        }
    }

    private static void Table(BinaryWriter writer, (string Name, int Rows, int Columns)[] tensors)
    {
        var offset = 0L;

        foreach (var (name, rows, columns) in tensors)
        {
            String(writer, name);
            writer.Write(rows == 1 ? 1u : 2u);
            writer.Write((ulong)columns);

            if (rows > 1)
            {
                writer.Write((ulong)rows);
            }

            writer.Write(0u);
            writer.Write((ulong)offset);
            offset = Aligned(offset + (4L * rows * columns));
        }

        writer.Write(new byte[(int)(Aligned(writer.BaseStream.Position) - writer.BaseStream.Position)]);
    }

    private static void Weights(BinaryWriter writer, (string Name, int Rows, int Columns)[] tensors)
    {
        var start = writer.BaseStream.Position;
        var random = new Random(1);

        foreach (var (name, rows, columns) in tensors)
        {
            var row = new float[columns];
            var scale = 1f / MathF.Sqrt(columns);

            for (var at = 0; at < rows; at++)
            {
                // The rows of the begin and end tokens stay zero in the classifier: never the largest logit.
                var isSilent = name == "output.weight" && at < Specials;

                for (var column = 0; column < columns; column++)
                {
                    row[column] = rows == 1 ? 1f : isSilent ? 0f : ((float)random.NextDouble() - 0.5f) * 3.4f * scale;
                }

                writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(row.AsSpan()));
            }

            var length = writer.BaseStream.Position - start;
            writer.Write(new byte[(int)(Aligned(length) - length)]);
        }
    }

    private static long Aligned(long at) => (at + Alignment - 1) / Alignment * Alignment;

    private static void Text(BinaryWriter writer, string key, string value)
    {
        Key(writer, key, TextType);
        String(writer, value);
    }

    private static void Number(BinaryWriter writer, string key, int value)
    {
        Key(writer, key, NumberType);
        writer.Write((uint)value);
    }

    private static void Key(BinaryWriter writer, string key, uint type)
    {
        String(writer, key);
        writer.Write(type);
    }

    private static void String(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }
}
