using System.Globalization;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Host.Tests.Verification.Cheats;

/// <summary>A copy of a model with other weights, as a cheat would run it, or with the same in another format.</summary>
internal static class ModelVariant
{
    private const int Block = 32;

    /// <summary>Changes one row of a tensor in place.</summary>
    public delegate void Change(string tensor, Span<float> row);

    /// <summary>Writes the copy; answers its path, which is the caller's to delete.</summary>
    /// <param name="source">A GGUF.</param>
    /// <param name="name">A word of its file's name.</param>
    /// <param name="change">What is done to each row.</param>
    /// <param name="format">How matrices are stored; vectors are F32.</param>
    /// <param name="layers">How many of the first layers the copy has.</param>
    /// <exception cref="FormatException">The model's rows are no whole blocks of the format.</exception>
    public static string Write(
        string source, string name, Change change, TensorFormat format = TensorFormat.F32, int layers = int.MaxValue)
    {
        var path = Path.Combine(Path.GetTempPath(), $"marketplace-{name}-{Environment.ProcessId}-{Guid.NewGuid():n}.gguf");
        using var model = GgufFile.Open(source);
        var writer = new GgufWriter();

        foreach (var (key, value) in model.Metadata.Where(one => one.Value
            is uint or int or float or bool or string or string[] or float[] or int[]))
        {
            writer.Add(
                key, value is uint count && key.EndsWith(".block_count", StringComparison.Ordinal)
                    ? Math.Min(count, (uint)layers)
                    : value);
        }

        foreach (var tensor in model.Tensors.Where(one => LayerOf(one.Name) < layers))
        {
            if (tensor.Rows > 1 && tensor.Columns % RowFormat.BlockElements(format) != 0)
            {
                throw new FormatException(
                    $"--format {RowFormat.Name(format)}: {tensor.Name} has rows of {tensor.Columns} weights, expected whole "
                        + $"blocks of {RowFormat.BlockElements(format)}");
            }

            var stored = tensor.Rows > 1 ? format : TensorFormat.F32;
            writer.AddTensor(
                tensor.Name, stored, (int)tensor.Columns, (int)tensor.Rows, (row, values) =>
                {
                    Read(model, tensor, row, values);
                    change(tensor.Name, values);
                });
        }

        using var file = File.Create(path);
        writer.Write(file);
        return path;
    }

    /// <summary>Rounds matrices to signed integers of so many bits, each 32 weights with a scale of their own.</summary>
    public static Change Quantised(int bits) => (tensor, row) =>
    {
        var most = (1 << (bits - 1)) - 1;

        for (var from = 0; from < row.Length && !IsNorm(tensor); from += Block)
        {
            var block = row[from..Math.Min(from + Block, row.Length)];
            var scale = 0f;

            foreach (var weight in block)
            {
                scale = Math.Max(scale, MathF.Abs(weight) / most);
            }

            foreach (ref var weight in block)
            {
                weight = scale == 0 ? 0 : MathF.Round(weight / scale) * scale;
            }
        }
    };

    /// <summary>Moves every weight of the matrices by some part of itself at random: another training run's.</summary>
    public static Change Noisy(double part, int seed)
    {
        var random = new Random(seed);
        return (tensor, row) =>
        {
            foreach (ref var weight in row)
            {
                weight *= IsNorm(tensor) ? 1 : (float)(1 + (part * ((random.NextDouble() * 2) - 1)));
            }
        };
    }

    /// <summary>Takes one layer out: it adds nothing any more.</summary>
    public static Change WithoutLayer(int layer) => (tensor, row) =>
    {
        if (tensor == $"blk.{layer}.attn_output.weight" || tensor == $"blk.{layer}.ffn_down.weight")
        {
            row.Clear();
        }
    };

    /// <summary>-1 of what belongs to no layer.</summary>
    private static int LayerOf(string tensor) =>
        tensor.Split('.') is ["blk", var number, ..] ? int.Parse(number, CultureInfo.InvariantCulture) : -1;

    private static bool IsNorm(string tensor) => tensor.Contains("norm", StringComparison.Ordinal);

    private static unsafe void Read(GgufFile model, StoredTensor tensor, int row, Span<float> values)
    {
        var bytes = (int)RowFormat.RowBytes(tensor.Format, tensor.Columns);
        RowFormat.Decode(
            tensor.Format,
            new ReadOnlySpan<byte>((byte*)model.AddressOf(tensor) + ((long)row * bytes), bytes),
            values);
    }
}
