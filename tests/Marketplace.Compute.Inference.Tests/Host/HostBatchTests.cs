using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Architectures;

namespace Marketplace.Compute.Inference.Tests.Host;

/// <summary>Neighbours, chunks and the places of blocks leave no trace in the bits of a sequence's logits.</summary>
public sealed class HostBatchTests
{
    private const int Sequences = 9;
    private const int Rows = 24;
    private const int PositionsMax = 50;

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

    /// <summary>Steps with neighbours, parts and an order of blocks drawn from the seed.</summary>
    private static void AssertSameBits(LlamaModel model, int seed)
    {
        var random = new Random(seed);
        using var workers = new HostWorkers(2);
        var host = new HostLlama(model, workers);
        var texts = Enumerable.Range(0, Sequences).Select(_ => new Text(random, model.Shape.Vocabulary)).ToArray();
        Text.Place(texts, random);
        var blocks = texts.Sum(text => text.Table!.Blocks.Length);
        using var batch = host.NewBatch(new(blocks, Rows, Sequences));
        var shown = texts.Select(_ => new SortedDictionary<int, float[]>()).ToArray();

        while (texts.Any(text => text.Left > 0))
        {
            var (slices, takers, rows) = (new List<BatchSlice>(), new List<int>(), Rows);

            foreach (var number in Enumerable.Range(0, Sequences).OrderBy(_ => random.Next()))
            {
                var text = texts[number];
                var most = Math.Min(rows, random.Next(3) == 0 ? text.Left : Math.Min(1, text.Left));

                if (most > 0 && random.Next(4) > 0)
                {
                    var slice = text.Take(most, wantsLogits: most == text.Left || random.Next(3) > 0);
                    slices.Add(slice);
                    rows -= most;

                    if (slice.WantsLogits)
                    {
                        takers.Add(number);
                    }
                }
            }

            batch.Forward(slices.ToArray());

            for (var at = 0; at < takers.Count; at++)
            {
                shown[takers[at]][texts[takers[at]].Done] = batch.Logits(at).ToArray();
            }
        }

        for (var number = 0; number < Sequences; number++)
        {
            var alone = Alone(host, texts[number].Tokens);
            Assert.NotEmpty(shown[number]);
            Assert.All(shown[number], one => Assert.Equal(alone[one.Key - 1], one.Value));
        }
    }

    private static List<float[]> Alone(HostLlama host, int[] tokens)
    {
        using var sequence = host.NewSequence(tokens.Length);
        var logits = new List<float[]>();

        foreach (var token in tokens)
        {
            logits.Add(sequence.Append([token]).ToArray());
        }

        return logits;
    }

    private sealed class Text(Random random, int vocabulary)
    {
        public int[] Tokens { get; } =
            [.. Enumerable.Range(0, random.Next(18, PositionsMax)).Select(_ => random.Next(vocabulary))];

        public int Done { get; private set; }

        public int Left => Tokens.Length - Done;

        public BlockTable? Table { get; private set; }

        /// <summary>Mixes the blocks of all texts.</summary>
        public static void Place(Text[] texts, Random random)
        {
            var needed = texts.Select(text => BlockTable.BlocksFor(text.Tokens.Length)).ToArray();
            var free = new Queue<int>(Enumerable.Range(0, needed.Sum()).OrderBy(_ => random.Next()));

            foreach (var (text, count) in texts.Zip(needed))
            {
                text.Table = new([.. Enumerable.Range(0, count).Select(_ => free.Dequeue())]);
            }
        }

        public BatchSlice Take(int count, bool wantsLogits)
        {
            var slice = new BatchSlice(Tokens.AsMemory(Done, count), Done, Table!, wantsLogits);
            Done += count;
            return slice;
        }
    }
}
