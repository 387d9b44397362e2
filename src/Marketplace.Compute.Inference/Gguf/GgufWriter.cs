using System.Text;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>
/// Writes a GGUF v3 file: metadata and tensors are named first, then everything is written front to back.
/// </summary>
public sealed class GgufWriter
{
    private const int Alignment = 32;

    private readonly List<(string Key, object Value)> _metadata = [];
    private readonly List<(string Name, TensorFormat Format, int Columns, int Rows, RowFill Fill)> _tensors = [];

    /// <summary>Gives the values of one row; called once per row, in order.</summary>
    public delegate void RowFill(int row, Span<float> values);

    /// <summary>Adds metadata: a uint, int, float, bool or string, or a list of strings, floats or ints.</summary>
    public void Add(string key, object value) => _metadata.Add((key, value));

    /// <summary>Adds a matrix, or with one row a vector. Columns must be whole blocks of the format.</summary>
    public void AddTensor(string name, TensorFormat format, int columns, int rows, RowFill fill)
    {
        if (columns % RowFormat.BlockElements(format) != 0)
        {
            throw new ArgumentException($"{columns} columns are no whole blocks of {format}", nameof(columns));
        }

        _tensors.Add((name, format, columns, rows, fill));
    }

    public void Write(Stream output)
    {
        var head = Head();
        output.Write(head);
        var at = (long)head.Length;

        foreach (var (_, format, columns, rows, fill) in _tensors)
        {
            at += Pad(output, at);
            var values = new float[columns];
            var stored = new byte[RowFormat.RowBytes(format, columns)];

            for (var row = 0; row < rows; row++)
            {
                fill(row, values);
                RowFormat.Encode(format, values, stored);
                output.Write(stored);
                at += stored.Length;
            }
        }
    }

    private static int Pad(Stream output, long at)
    {
        Span<byte> zeros = stackalloc byte[Alignment];
        zeros.Clear();
        var count = (int)(-at & (Alignment - 1));
        output.Write(zeros[..count]);
        return count;
    }

    private byte[] Head()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_metadata.Count);

        foreach (var (key, value) in _metadata)
        {
            Text(writer, key);
            Value(writer, value);
        }

        var offset = 0L;

        foreach (var (name, format, columns, rows, _) in _tensors)
        {
            Text(writer, name);
            writer.Write(rows == 1 ? 1u : 2u);
            writer.Write((ulong)columns);

            if (rows != 1)
            {
                writer.Write((ulong)rows);
            }

            writer.Write((uint)format);
            writer.Write((ulong)offset);
            offset = (offset + (RowFormat.RowBytes(format, columns) * rows) + Alignment - 1) / Alignment * Alignment;
        }

        return bytes.ToArray();
    }

    private static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Value(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number:
                writer.Write(4u);
                writer.Write(number);
                break;
            case int number:
                writer.Write(5u);
                writer.Write(number);
                break;
            case float number:
                writer.Write(6u);
                writer.Write(number);
                break;
            case bool flag:
                writer.Write(7u);
                writer.Write(flag);
                break;
            case string text:
                writer.Write(8u);
                Text(writer, text);
                break;
            case string[] texts:
                Array(writer, 8, texts, Text);
                break;
            case float[] numbers:
                Array(writer, 6, numbers, (to, number) => to.Write(number));
                break;
            case int[] numbers:
                Array(writer, 5, numbers, (to, number) => to.Write(number));
                break;
            default:
                throw new ArgumentException($"{value.GetType().Name} is no metadata", nameof(value));
        }
    }

    private static void Array<T>(BinaryWriter writer, uint type, T[] values, Action<BinaryWriter, T> write)
    {
        writer.Write(9u);
        writer.Write(type);
        writer.Write((ulong)values.Length);

        foreach (var value in values)
        {
            write(writer, value);
        }
    }
}
