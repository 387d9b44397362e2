using System.Buffers.Binary;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests.Gguf;

/// <summary>The layouts of blocks, on bytes that no encoder of ours has written.</summary>
public class BlockFormatTests
{
    public static TheoryData<TensorFormat> Formats => [TensorFormat.Q4, TensorFormat.Q4K, TensorFormat.Q6K];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Any_bytes_mean_what_the_reference_reads_in_them(TensorFormat format)
    {
        var stored = Random(format, blocks: 7, seed: 3);
        var found = new float[7 * RowFormat.BlockElements(format)];

        RowFormat.Decode(format, stored, found);

        var expected = Reference(format, stored);
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.InRange(
            pair.Second, pair.First - (1e-6 * (1 + Math.Abs(pair.First))), pair.First + (1e-6 * (1 + Math.Abs(pair.First)))));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public unsafe void A_product_with_any_bytes_is_that_of_the_reference(TensorFormat format)
    {
        const int Rows = 6;
        var columns = 2 * RowFormat.BlockElements(format);
        var stored = Random(format, 2 * Rows, seed: 4);
        var x = Twin.Values(columns, 5);
        var y = new float[Rows];

        fixed (byte* weights = stored)
        fixed (float* input = x)
        fixed (float* output = y)
        {
            DotKernel.Rows(weights, format, columns, 0, Rows, input, 1, output, Rows);
        }

        var expected = Reference(format, stored).Chunk(columns).Select(row => row.Zip(x, (w, v) => w * v).Sum());
        Assert.All(expected.Zip(y), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_whole_model_of_the_format_answers_as_its_weights_in_full(TensorFormat format)
    {
        var shape = RandomLlama.ShapeTiny with { Dimension = 256, FeedForward = 512, Heads = 4, KeyValueHeads = 2 };
        using var bytes = new MemoryStream();
        RandomLlama.Write(bytes, shape, format, seed: 2);
        using var small = new ModelFile(bytes.ToArray());
        using var stored = LlamaModel.Open(small.Location);
        using var file = GgufFile.Open(small.Location);
        using var whole = new ModelFile(InFull(file));
        using var full = LlamaModel.Open(whole.Location);

        Assert.Equal(format, stored.WeightFormat);
        Assert.Equal(TensorFormat.F32, full.WeightFormat);
        Twin.AssertClose(Logits(full), Logits(stored), 2e-5f);
    }

    [Fact]
    public void Rows_that_are_no_whole_blocks_are_refused()
    {
        var writer = new GgufWriter();

        Assert.Throws<ArgumentException>(() => writer.AddTensor("x", TensorFormat.Q4K, 128, 1, (_, _) => { }));
    }

    private static float[] Logits(LlamaModel model)
    {
        using var device = new HostDevice(2);
        using var sequence = new HostLlama(model, device.Workers).NewSequence(8);
        return sequence.Append([1, 7, 30, 31, 90]).ToArray();
    }

    private static byte[] InFull(GgufFile file)
    {
        var writer = new GgufWriter();

        foreach (var (key, value) in file.Metadata)
        {
            writer.Add(key, value);
        }

        foreach (var tensor in file.Tensors)
        {
            writer.AddTensor(tensor.Name, TensorFormat.F32, (int)tensor.Columns, (int)tensor.Rows, (row, values) =>
                RowFormat.Decode(tensor.Format, tensor.Row(row), values));
        }

        using var bytes = new MemoryStream();
        writer.Write(bytes);
        return bytes.ToArray();
    }

    private static double[] Reference(TensorFormat format, byte[] stored) => format switch
    {
        TensorFormat.Q4 => BlockReference.FourBit(stored),
        TensorFormat.Q4K => BlockReference.FourBitSuper(stored),
        _ => BlockReference.SixBitSuper(stored),
    };

    /// <summary>Random bytes with scales that are moderate halves.</summary>
    private static byte[] Random(TensorFormat format, int blocks, int seed)
    {
        var random = new Random(seed);
        var size = (int)RowFormat.RowBytes(format, RowFormat.BlockElements(format));
        var stored = new byte[blocks * size];
        random.NextBytes(stored);

        for (var block = 0; block < blocks; block++)
        {
            foreach (var at in format switch { TensorFormat.Q4 => new[] { 0 }, TensorFormat.Q4K => [0, 2], _ => [208] })
            {
                BinaryPrimitives.WriteHalfLittleEndian(
                    stored.AsSpan((block * size) + at), (System.Half)((random.NextDouble() - 0.5) / 500));
            }
        }

        return stored;
    }
}
