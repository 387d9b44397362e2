using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Tests.Architectures;

namespace Marketplace.Compute.Inference.Tests.Generation;

public class TextGenerationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ModelFile.Formats), MemberType = typeof(ModelFile))]
    public void Every_format_of_weights_makes_a_text(TensorFormat format)
    {
        using var world = new World(format);
        using var text = world.Engine.Begin(new("abc", 12, 0.9, 5, []));

        var tokens = text.Tokens(Cancel).ToList();

        Assert.InRange(tokens.Count, 1, 12);
        Assert.Equal(Enumerable.Range(0, tokens.Count), tokens.Select(token => token.Index));
        Assert.NotNull(text.Finish);
        Assert.Equal(7, text.Prompt.Count);
    }

    /// <summary>The space that encoding puts in front of a text is there once: before the prompt, if there is one.</summary>
    [Theory]
    [InlineData("", true, "a")]
    [InlineData("", false, "a")]
    [InlineData("b", true, " a")]
    [InlineData("b", false, " a")]
    public void The_first_token_after_a_prompt_of_one_token_keeps_its_space(string prompt, bool hasBegin, string text)
    {
        var small = new SmallModel("llama");
        (small.Tokens[9], small.Tokens[10]) = (("\u2581a", false), ("\u2581b", false));
        (small.Tokens[11], small.Tokens[12]) = (("\u2581", false), ("b", false));
        using var file = small.WriteGguf(writer => writer.Add("tokenizer.ggml.add_bos_token", hasBegin));
        using var model = LlamaModel.Open(file.Location);
        using var device = new HostDevice(1);
        using var engine = new InferenceEngine(model, device);
        using var made = engine.Begin(new(prompt, 1, 0, 0, [])
        {
            Filters = new() { Bias = new Dictionary<int, float> { [9] = 1_000 } },
        });

        Assert.Equal(text, Assert.Single(made.Tokens(Cancel)).Text);
    }

    [Fact]
    public void A_prompt_longer_than_the_context_is_refused_with_the_numbers()
    {
        using var world = new World(TensorFormat.F32);

        var fault = Assert.Throws<PromptTooLongException>(() => world.Engine.Begin(new(new('x', 600), 1, 0, 0, [])));

        Assert.Equal((604, 512), (fault.Tokens, fault.Context));
    }

    [Fact]
    public void The_context_bounds_a_text()
    {
        using var world = new World(TensorFormat.F32);
        using var text = world.Engine.Begin(new(new('x', 500), 1_000_000, 1.5, 3, []));

        Assert.InRange(text.Tokens(Cancel).Count(), 0, 11);
        Assert.NotNull(text.Finish);
    }

    [Fact]
    public void Nothing_asked_for_is_nothing_made()
    {
        using var world = new World(TensorFormat.F32);
        using var text = world.Engine.Begin(new("abc", 0, 0, 0, []));

        Assert.Empty(text.Tokens(Cancel));
        Assert.Equal(FinishReason.Length, text.Finish);
    }

    [Fact]
    public void Cancelling_ends_a_text_within_a_token()
    {
        using var world = new World(TensorFormat.F32);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var text = world.Engine.Begin(new("abc", 400, 1.5, 1, []));
        var made = 0;

        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in text.Tokens(cancel.Token))
            {
                made++;
                cancel.Cancel();
            }
        });

        Assert.Equal(1, made);
    }

    [Fact]
    public void A_prefix_with_a_token_of_no_vocabulary_is_refused()
    {
        using var world = new World(TensorFormat.F32);

        Assert.Throws<ArgumentException>(() => world.Engine.Begin(new("abc", 4, 0, 0, [99_999])));
    }

    [Fact]
    public void A_stop_ends_a_text_with_the_token_that_completes_it()
    {
        using var world = new World(TensorFormat.F32);
        using var whole = world.Engine.Begin(new("abc", 40, 1.2, 9, []));
        var tokens = whole.Tokens(Cancel).ToList();
        var text = string.Concat(tokens.Select(token => token.Text));
        var stop = text.Substring(text.Length / 2, 3);
        var ends = text.IndexOf(stop, StringComparison.Ordinal) + stop.Length;
        var needed = Enumerable.Range(1, tokens.Count)
            .First(count => tokens.Take(count).Sum(token => token.Text.Length) >= ends);

        using var stopped = world.Engine.Begin(new("abc", 40, 1.2, 9, []) { Stop = ["no such text", stop] });
        Assert.Equal(tokens.Take(needed), stopped.Tokens(Cancel));
        Assert.Equal(FinishReason.Stop, stopped.Finish);

        // An earlier attempt had made all of it.
        var prefix = tokens.Take(needed).Select(token => token.Id).ToList();
        using var resumed = world.Engine.Begin(new("abc", 40, 1.2, 9, prefix) { Stop = [stop] });
        Assert.Empty(resumed.Tokens(Cancel));
        Assert.Equal(FinishReason.Stop, resumed.Finish);
    }

    [Fact]
    public void Whoever_goes_on_after_a_prefix_chooses_as_if_it_had_made_it()
    {
        using var world = new World(TensorFormat.F32);
        var filters = new SamplingFilters { TopP = 0.9, FrequencyPenalty = 1, RepetitionPenalty = 1.3 };
        using var whole = world.Engine.Begin(new("abc", 40, 1.2, 9, []) { Filters = filters });
        var ids = whole.Tokens(Cancel).Select(token => token.Id).ToList();
        Assert.True(ids.Count > 20);

        using var rest = world.Engine.Begin(new("abc", 40, 1.2, 9, [.. ids.Take(10)]) { Filters = filters });
        Assert.Equal(ids.Skip(10), rest.Tokens(Cancel).Select(token => token.Id));

        using var plain = world.Engine.Begin(new("abc", 40, 1.2, 9, []));
        Assert.NotEqual(ids, plain.Tokens(Cancel).Select(token => token.Id));
    }

    [Fact]
    public void Probabilities_come_with_each_token_and_name_it_first()
    {
        using var world = new World(TensorFormat.F32);
        using var text = world.Engine.Begin(new("abc", 12, 1.2, 9, []) { Logprobs = 3 });

        Assert.All(text.Tokens(Cancel), token =>
        {
            var told = token.Probabilities!;
            Assert.Equal((4, token.Id), (told.Count, told[0].Id));
            Assert.Equal(told.Skip(1).OrderByDescending(one => one.LogProbability), told.Skip(1));
            Assert.InRange(told.Skip(1).Sum(one => Math.Exp(one.LogProbability)), 0, 1);
        });
    }

    [Fact]
    public async Task Texts_made_side_by_side_are_those_made_alone()
    {
        using var world = new World(TensorFormat.F32);
        string Write(int seed)
        {
            using var text = world.Engine.Begin(new("abc", 30, 1, (ulong)seed, []));
            return string.Join(',', text.Tokens(Cancel).Select(token => token.Id));
        }

        var alone = Enumerable.Range(0, 4).Select(Write).ToArray();
        var together = await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() => Write(seed), Cancel)));

        Assert.Equal(alone, together);
    }

    private sealed class World : IDisposable
    {
        private readonly ModelFile _file;
        private readonly LlamaModel _model;
        private readonly HostDevice _device = new(2);

        public World(TensorFormat format)
        {
            _file = new ModelFile(ModelFile.Tiny(format));
            _model = LlamaModel.Open(_file.Location);
            Engine = new InferenceEngine(_model, _device);
        }

        public InferenceEngine Engine { get; }

        public void Dispose()
        {
            Engine.Dispose();
            _model.Dispose();
            _device.Dispose();
            _file.Dispose();
        }
    }
}
