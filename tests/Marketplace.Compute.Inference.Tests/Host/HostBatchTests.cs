using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Architectures;

namespace Marketplace.Compute.Inference.Tests.Host;

/// <summary>Neighbours, chunks and the places of blocks leave no trace in the bits of a sequence's logits.</summary>
public sealed class HostBatchTests
{
    private static readonly LlamaShape BlockShape = RandomLlama.ShapeTiny with { Dimension = 256, FeedForward = 256 };

    public static TheoryData<TensorFormat> Formats =>
    [
        TensorFormat.F32, TensorFormat.F16, TensorFormat.BF16, TensorFormat.Q8, TensorFormat.Q4, TensorFormat.Q4K,
        TensorFormat.Q6K,
    ];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_format_gives_a_sequence_in_a_batch_the_bits_it_has_alone(TensorFormat format)
    {
        var shape = RowFormat.BlockElements(format) == 1 ? RandomLlama.ShapeTiny : BlockShape;
        using var file = new ModelFile(Random(shape, format));
        using var model = LlamaModel.Open(file.Location);
        AssertSameBits(model, seed: (int)format);
    }

    [Theory]
    [InlineData("mistral", """{"sliding_window": 21}""")]
    [InlineData("qwen2", null)]
    [InlineData("qwen3", """{"head_dim": 8}""")]
    public void Every_architecture_does(string type, string? extra)
    {
        using var folder = new SmallModel(type, extra).WriteFolder();
        using var model = LlamaModel.Open(folder.Location);
        AssertSameBits(model, seed: 11);
    }

    [Fact]
    public void A_step_that_does_not_fit_is_refused()
    {
        using var file = new ModelFile(ModelFile.Tiny());
        using var model = LlamaModel.Open(file.Location);
        using var workers = new HostWorkers(1);
        using var batch = new HostLlama(model, workers).NewBatch(new(Blocks: 4, Rows: 8, Sequences: 1));
        var table = new BlockTable([0]);

        Assert.Equal(64, batch.PositionsMax);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Forward([new(new int[9], 0, table, true)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Forward([new(new int[2], 15, table, true)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Forward([new(new[] { -1 }, 0, table, true)]));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            batch.Forward([new(new int[1], 0, table, true), new(new int[1], 0, new([1]), true)]));
    }

    private static byte[] Random(LlamaShape shape, TensorFormat format)
    {
        using var bytes = new MemoryStream();
        RandomLlama.Write(bytes, shape, format, seed: 3);
        return bytes.ToArray();
    }

    private static void AssertSameBits(LlamaModel model, int seed)
    {
        using var workers = new HostWorkers(2);
        new BatchCheck(Sequences: 9, Rows: 24, PositionsMin: 18, PositionsMax: 50, Singles: 50)
            .AssertSameBits(new HostLlama(model, workers), model.Shape.Vocabulary, seed);
    }
}
