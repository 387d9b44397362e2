using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Serving;
using Marketplace.Compute.Inference.Tests.Architectures;
using Marketplace.Compute.Inference.Tests.Serving;

namespace Marketplace.Compute.Inference.Tests.Ilgpu;

/// <summary>Several sequences through the kernels at once.</summary>
[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public sealed class IlgpuBatchTests(KernelDevice device)
{
    private const int LaunchesOfLayer = 10;
    private const int LaunchesOfToken = 5;

    private static readonly LlamaShape BlockShape =
        RandomLlama.ShapeTiny with { Dimension = 256, FeedForward = 512, Heads = 4, KeyValueHeads = 2 };

    public static TheoryData<TensorFormat> Formats =>
    [
        TensorFormat.F32, TensorFormat.F16, TensorFormat.BF16, TensorFormat.Q8, TensorFormat.Q4, TensorFormat.Q4K,
        TensorFormat.Q6K,
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private BatchCheck Check => device.IsInterpreter ? new(2, 24, 17, 19, Singles: 2) : new(9, 24, 18, 50, Singles: 20);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_format_gives_a_sequence_in_a_batch_the_bits_it_has_alone(TensorFormat format)
    {
        using var model = Random(
            RowFormat.BlockElements(format) == 1 ? RandomLlama.ShapeTiny : BlockShape, format, out var file);

        using (file)
        {
            using var llama = new IlgpuLlama(model, device.Device);
            Check.AssertSameBits(llama, model.Shape.Vocabulary, seed: (int)format);
        }
    }

    [Theory]
    [InlineData("mistral", """{"sliding_window": 13}""")]
    [InlineData("qwen2", null)]
    [InlineData("qwen3", """{"head_dim": 8}""")]
    public void Every_architecture_does(string type, string? extra)
    {
        using var folder = new SmallModel(type, extra).WriteFolder();
        using var model = LlamaModel.Open(folder.Location);
        using var llama = new IlgpuLlama(model, device.Device);
        Check.AssertSameBits(llama, model.Shape.Vocabulary, seed: 11);
    }

    [Fact]
    public void Long_ones_are_cut_into_spans_that_depend_on_no_neighbour()
    {
        using var model = Random(RandomLlama.ShapeTiny, TensorFormat.F32, out var file);

        using (file)
        {
            using var llama = new IlgpuLlama(model, device.Device);
            var tokens = Enumerable.Range(0, 300).Select(at => 3 + (at * 7 % 250)).ToArray();
            using var sequence = llama.NewSequence(tokens.Length);
            var alone = sequence.Append(tokens).ToArray();
            using var batch = llama.NewBatch(new(Blocks: 20, Rows: 302, Sequences: 2));
            var table = new BlockTable([.. Enumerable.Range(0, 19).Reverse()]);

            batch.Forward([new(tokens, 0, table, true), new(new[] { 5, 6 }, 0, new([19]), true)]);

            Assert.Equal(alone, batch.Logits(0));
        }
    }

    [Fact]
    public void A_step_that_does_not_fit_is_refused()
    {
        using var model = Random(RandomLlama.ShapeTiny, TensorFormat.F32, out var file);

        using (file)
        {
            using var llama = new IlgpuLlama(model, device.Device);
            using var batch = llama.NewBatch(new(Blocks: 4, Rows: 8, Sequences: 1));
            var table = new BlockTable([0]);

            Assert.Equal(64, batch.PositionsMax);
            Assert.Throws<ArgumentOutOfRangeException>(() => batch.Forward([new(new int[9], 0, table, true)]));
            Assert.Throws<ArgumentOutOfRangeException>(() => batch.Forward([new(new int[2], 15, table, true)]));
            Assert.Throws<ArgumentOutOfRangeException>(() => batch.Forward([new(new[] { -1 }, 0, table, true)]));
            Assert.Throws<ArgumentOutOfRangeException>(() => batch.Forward([new(new int[1], 0, new([4]), true)]));
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                batch.Forward([new(new int[1], 0, table, true), new(new int[1], 0, new([1]), true)]));
        }
    }

    /// <summary>Each launch costs a GPU some microseconds, whatever it does.</summary>
    [Fact]
    public void A_token_takes_few_launches()
    {
        using var model = Random(RandomLlama.ShapeTiny, TensorFormat.F32, out var file);

        using (file)
        {
            using var llama = new IlgpuLlama(model, device.Device);
            using var sequence = llama.NewSequence(4);
            sequence.Append([1]);
            var before = llama.Launches;
            sequence.Append([5]);

            Assert.Equal(
                (LaunchesOfLayer * model.Shape.Layers) + LaunchesOfToken, llama.Launches - before);
        }
    }

    [Fact]
    public async Task Texts_made_side_by_side_are_those_made_alone()
    {
        var random = new Random(3);
        using var world = new ServingWorld(
            new() { StepTokens = 16, RunningMax = 5, Blocks = 40 }, device: device.Device);
        var texts = Enumerable.Range(0, device.IsInterpreter ? 4 : 30).Select(number =>
        {
            var request = new GenerationRequest(
                new string('x', 17) + random.Next(3), random.Next(1, 6), random.Next(2) * 0.8, (ulong)number, []);
            var text = world.Submit($"t{number % 2}", request, Cancel);
            world.Serving.Step();
            return (Request: request, Text: text);
        }).ToList();

        world.StepAll();

        foreach (var (request, text) in texts)
        {
            Assert.Equal(world.WriteAlone(request, Cancel), await ServingWorld.Read(text, Cancel));
        }

        Assert.InRange(world.Serving.Metrics.PrefixHitTokens, 16, world.Serving.Metrics.PromptTokens);
        Assert.Equal((0, 0), (world.Serving.Metrics.Running, world.Serving.Metrics.BlocksUsed));
    }

    [Fact]
    public async Task Room_is_waited_for_and_a_cancelled_text_gives_its_own_back()
    {
        using var world = new ServingWorld(new() { Blocks = 4 }, isEndless: true, device: device.Device);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var first = world.Submit("a", new("abc", 50, 0, 0, []), cancel.Token);
        var second = world.Submit("b", new("abc", 6, 0, 0, []), Cancel);
        Assert.IsType<SubmitOutcome.TooLarge>(world.Serving.Submit(new("c", new("abc", 100, 0, 0, [])), Cancel));
        world.Serving.Step();
        Assert.Equal((1, 1), (world.Serving.Metrics.Waiting, world.Serving.Metrics.Running));

        await cancel.CancelAsync();
        world.StepAll();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await first.Tokens(Cancel).ToListAsync(Cancel));
        Assert.Equal(6, (await second.Tokens(Cancel).ToListAsync(Cancel)).Count);
    }

    [Fact]
    public async Task The_reference_text_comes_out_of_a_batch()
    {
        var expected = File.ReadAllText(SharedModels.Find("fixtures/stories260K-greedy200.txt")).TrimEnd('\n');
        var count = device.IsInterpreter ? 5 : 200;
        using var model = LlamaModel.Open(SharedModels.Stories260K);
        using var engine = new InferenceEngine(model, device.Device);
        using var serving = new BatchingEngine(engine, new() { Blocks = 64 }, isStepped: true);
        ServedText Submit(string prompt) =>
            Assert.IsType<SubmitOutcome.Accepted>(serving.Submit(new("t", new(prompt, count, 0, 0, [])), Cancel)).Text;
        var text = Submit("");
        _ = Submit("Once");

        while (serving.Step())
        {
            Assert.InRange(serving.Metrics.Steps, 0, 1_000);
        }

        var written = string.Concat((await text.Tokens(Cancel).ToListAsync(Cancel)).Select(token => token.Text));
        Assert.NotEmpty(written);
        Assert.StartsWith(written, expected, StringComparison.Ordinal);
        Assert.True(device.IsInterpreter || written == expected);
    }

    [Fact]
    public void The_device_says_how_much_memory_the_weights_leave()
    {
        using var model = Random(RandomLlama.ShapeTiny, TensorFormat.F32, out var file);

        using (file)
        {
            using var engine = new InferenceEngine(model, device.Device);

            Assert.InRange(engine.DeviceBytesLeft!.Value, 1, device.Device.Facts.MemoryBytes - 1);
        }
    }

    private static LlamaModel Random(LlamaShape shape, TensorFormat format, out ModelFile file)
    {
        using var bytes = new MemoryStream();
        RandomLlama.Write(bytes, shape, format, seed: 3);
        file = new(bytes.ToArray());
        return LlamaModel.Open(file.Location);
    }
}
