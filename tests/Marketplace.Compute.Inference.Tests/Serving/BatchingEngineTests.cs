using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Serving;

namespace Marketplace.Compute.Inference.Tests.Serving;

public sealed class BatchingEngineTests
{
    private const string Begin = "a beginning that many texts have in common ";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Chance decides arrivals, lengths, samplers and the sizes of steps.</summary>
    [Theory]
    [InlineData(1, 4, 4, 64)]
    [InlineData(2, 16, 5, 90)]
    [InlineData(3, 64, 32, 4_096)]
    [InlineData(4, 7, 3, 33)]
    public async Task Texts_made_side_by_side_have_the_bits_of_those_made_alone(
        int seed, int stepTokens, int running, int blocks)
    {
        var random = new Random(seed);
        using var world = new ServingWorld(
            new() { StepTokens = stepTokens, RunningMax = running, Blocks = blocks });
        var texts = new List<(GenerationRequest Request, ServedText Text)>();

        while (texts.Count < 60)
        {
            if (random.Next(3) > 0)
            {
                var request = Any(random);
                texts.Add((request, world.Submit($"t{random.Next(3)}", request, Cancel)));
            }
            else
            {
                world.Serving.Step();
            }
        }

        world.StepAll();

        foreach (var (request, text) in texts)
        {
            Assert.Equal(world.WriteAlone(request, Cancel), await ServingWorld.Read(text, Cancel));
        }

        var metrics = world.Serving.Metrics;
        Assert.Equal((0, 0, 0), (metrics.Waiting, metrics.Running, metrics.BlocksUsed));
        Assert.InRange(metrics.PrefixHitTokens, 1, metrics.PromptTokens);
    }

    [Fact]
    public void A_text_that_could_never_fit_is_refused_with_the_numbers()
    {
        using var world = new ServingWorld(new() { Blocks = 4 });

        Assert.Equal(
            new SubmitOutcome.TooLarge(5, 4), world.Serving.Submit(new("t", new("abc", 58, 0, 0, [])), Cancel));
        world.Submit("t", new("abc", 57, 0, 0, []), Cancel);
        Assert.Throws<PromptTooLongException>(
            () => world.Serving.Submit(new("t", new(new('x', 600), 1, 0, 0, [])), Cancel));
        Assert.Throws<ArgumentException>(() => world.Serving.Submit(new(string.Empty, new("a", 1, 0, 0, [])), Cancel));
    }

    [Fact]
    public void Texts_beyond_the_queue_are_refused_with_the_numbers()
    {
        using var world = new ServingWorld(new() { WaitingMax = 3, WaitingPerTenantMax = 2 });
        var request = new GenerationRequest("abc", 5, 0, 0, []);
        world.Submit("a", request, Cancel);
        world.Submit("a", request, Cancel);

        Assert.Equal(new SubmitOutcome.TenantQueueFull(2, 2), world.Serving.Submit(new("a", request), Cancel));
        world.Submit("b", request, Cancel);
        Assert.Equal(new SubmitOutcome.QueueFull(3, 3), world.Serving.Submit(new("b", request), Cancel));
    }

    [Fact]
    public async Task A_text_that_finds_no_room_waits_for_it_and_is_not_overtaken()
    {
        using var world = new ServingWorld(new() { Blocks = 4 }, isEndless: true);
        var first = world.Submit("a", new("abc", 40, 0, 0, []), Cancel);
        var large = world.Submit("b", new("abc", 50, 0, 0, []), Cancel);
        var small = world.Submit("c", new("abc", 2, 0, 0, []), Cancel);
        world.Serving.Step();
        Assert.Equal((2, 1, 3), Seen(world));

        for (var step = 1; step < 40; step++)
        {
            world.Serving.Step();
        }

        // The first one has ended; the large one takes all blocks.
        Assert.Equal(40, (await first.Tokens(Cancel).ToListAsync(Cancel)).Count);
        world.Serving.Step();
        Assert.Equal((1, 1, 4), Seen(world));
        world.StepAll();
        Assert.Equal(50, (await large.Tokens(Cancel).ToListAsync(Cancel)).Count);
        Assert.Equal(2, (await small.Tokens(Cancel).ToListAsync(Cancel)).Count);
    }

    [Fact]
    public async Task Cancelling_ends_a_text_within_a_token_and_gives_its_room_back()
    {
        using var world = new ServingWorld(isEndless: true);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var other = world.Submit("a", new("abc", 30, 0, 0, []), Cancel);
        var text = world.Submit("a", new("abcdef", 400, 0, 0, []), cancel.Token);

        for (var step = 0; step < 10; step++)
        {
            world.Serving.Step();
        }

        await cancel.CancelAsync();
        world.Serving.Step();

        Assert.Equal((0, 1, 3), Seen(world));
        var made = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in text.Tokens(Cancel))
            {
                made++;
            }
        });
        Assert.InRange(made, 10, 11);
        Assert.Null(text.Finish);
        world.StepAll();
        Assert.Equal(30, (await other.Tokens(Cancel).ToListAsync(Cancel)).Count);
        Assert.Equal((1, 1), (world.Serving.Metrics.Cancelled, world.Serving.Metrics.Ended));
    }

    [Fact]
    public async Task One_that_waits_can_be_cancelled_too()
    {
        using var world = new ServingWorld(new() { RunningMax = 1 }, isEndless: true);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        world.Submit("a", new("abc", 30, 0, 0, []), Cancel);
        var text = world.Submit("a", new("abc", 30, 0, 0, []), cancel.Token);
        world.Serving.Step();
        await cancel.CancelAsync();
        world.Serving.Step();

        Assert.Equal(0, world.Serving.Metrics.Waiting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await text.Tokens(Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_long_prompt_holds_nobody_up()
    {
        using var world = new ServingWorld(new() { StepTokens = 8, RunningMax = 4 }, isEndless: true);
        var text = world.Submit("a", new("abc", 60, 0, 0, []), Cancel);
        world.Serving.Step();
        var prompt = world.Submit("b", new(new('x', 300), 1, 0, 0, []), Cancel);

        // 304 tokens, seven a step beside the one that runs.
        for (var step = 0; step < 43; step++)
        {
            var before = world.Serving.Metrics.TokensMade;
            world.Serving.Step();
            Assert.Equal(1, world.Serving.Metrics.TokensMade - before);
        }

        world.Serving.Step();
        Assert.Single(await prompt.Tokens(Cancel).ToListAsync(Cancel));
        world.StepAll();
        Assert.Equal(60, (await text.Tokens(Cancel).ToListAsync(Cancel)).Count);
    }

    [Fact]
    public void A_tenant_with_many_texts_does_not_keep_another_from_its_turn()
    {
        using var world = new ServingWorld(new() { RunningMax = 2 }, isEndless: true);

        for (var number = 0; number < 50; number++)
        {
            world.Submit("greedy", new($"abc{number}", 20, 0, 0, []), Cancel);
        }

        world.Serving.Step();
        var text = world.Submit("modest", new("abc", 20, 0, 0, []), Cancel);
        var steps = 0;

        while (text.Finish is null)
        {
            world.Serving.Step();
            Assert.InRange(++steps, 1, 45);
        }

        Assert.InRange(world.Serving.Metrics.Waiting, 40, 50);
    }

    [Fact]
    public async Task A_common_begin_is_read_once_for_a_tenant_and_never_for_another()
    {
        using var world = new ServingWorld();
        var requests = new[] { "x", "y", "z" }.Select(end => new GenerationRequest(Begin + end, 9, 0.8, 4, [])).ToArray();
        var first = world.Submit("a", requests[0], Cancel);
        world.StepAll();
        var second = world.Submit("a", requests[1], Cancel);
        var other = world.Submit("b", requests[2], Cancel);
        world.StepAll();

        // 63 tokens: three full blocks of 16 and a fourth one begun.
        Assert.Equal((0, 48, 0), (first.CachedTokens, second.CachedTokens, other.CachedTokens));
        Assert.Equal(48, world.Serving.Metrics.PrefixHitTokens);
        Assert.Equal(world.WriteAlone(requests[1], Cancel), await ServingWorld.Read(second, Cancel));
        Assert.Equal(world.WriteAlone(requests[2], Cancel), await ServingWorld.Read(other, Cancel));
    }

    [Fact]
    public async Task Who_goes_on_after_a_prefix_finds_the_blocks_that_the_first_attempt_left()
    {
        using var world = new ServingWorld(isEndless: true);
        var request = new GenerationRequest("abc", 60, 0, 0, []);
        var first = world.Submit("a", request, Cancel);
        world.StepAll();
        var ids = (await first.Tokens(Cancel).ToListAsync(Cancel)).Select(token => token.Id).ToList();

        var next = world.Submit("a", request with { Prefix = ids[..50] }, Cancel);
        world.StepAll();

        Assert.Equal(48, next.CachedTokens);
        Assert.Equal(ids[50..], (await next.Tokens(Cancel).ToListAsync(Cancel)).Select(token => token.Id));
    }

    [Fact]
    public async Task A_fault_of_one_text_ends_that_text_alone()
    {
        using var world = new ServingWorld(isEndless: true);
        var broken = world.Submit(
            "a", new("abc", 9, 0, 0, []) { Filters = new() { Bias = new BrokenBias() } }, Cancel);
        var text = world.Submit("a", new("abc", 9, 0, 0, []), Cancel);
        world.StepAll();

        await Assert.ThrowsAsync<InvalidDataException>(async () => await broken.Tokens(Cancel).ToListAsync(Cancel));
        Assert.Equal(9, (await text.Tokens(Cancel).ToListAsync(Cancel)).Count);
        Assert.Equal((1, 0), (world.Serving.Metrics.Faulted, world.Serving.Metrics.BlocksUsed));
    }

    [Fact]
    public async Task The_engines_own_thread_makes_what_is_submitted_from_anywhere_and_ends_with_it()
    {
        using var world = new ServingWorld(isStepped: false);
        var requests = Enumerable.Range(0, 24).Select(seed => Any(new(seed))).ToArray();
        var made = await Task.WhenAll(requests.Select((request, number) => Task.Run(
            () => ServingWorld.Read(world.Submit($"t{number % 5}", request, Cancel), Cancel), Cancel)));

        Assert.All(requests.Zip(made), one => Assert.Equal(world.WriteAlone(one.First, Cancel), one.Second));

        world.Serving.Dispose();
        Assert.Throws<ObjectDisposedException>(() => world.Submit("a", requests[0], Cancel));
    }

    [Fact]
    public async Task Closing_ends_what_is_under_way()
    {
        using var world = new ServingWorld(new() { RunningMax = 1 }, isEndless: true);
        var (runs, waits) = (
            world.Submit("a", new("abc", 9, 0, 0, []), Cancel), world.Submit("a", new("abc", 9, 0, 0, []), Cancel));
        world.Serving.Step();
        world.Serving.Dispose();

        foreach (var text in new[] { runs, waits })
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(
                async () => await text.Tokens(Cancel).ToListAsync(Cancel));
        }
    }

    [Theory]
    [InlineData(0, 64, 32, 8, 8)]
    [InlineData(8, 4_097, 32, 8, 8)]
    [InlineData(8, 16, 17, 8, 8)]
    [InlineData(8, 64, 32, 70_000, 8)]
    [InlineData(8, 64, 32, 8, 9)]
    public void Options_outside_their_limits_are_refused(int blocks, int tokens, int running, int waiting, int own)
    {
        var options = new ServingOptions
        {
            Blocks = blocks,
            StepTokens = tokens,
            RunningMax = running,
            WaitingMax = waiting,
            WaitingPerTenantMax = own,
        };

        Assert.Throws<ArgumentOutOfRangeException>(() => options.Checked());
    }

    private static (int Waiting, int Running, int Used) Seen(ServingWorld world)
    {
        var metrics = world.Serving.Metrics;
        return (metrics.Waiting, metrics.Running, metrics.BlocksUsed);
    }

    internal static GenerationRequest Any(Random random)
    {
        var prompt = random.Next(3) == 0 ? $"{random.Next(100)}" : Begin[..random.Next(Begin.Length)] + random.Next(3);
        var request = new GenerationRequest(
            prompt, random.Next(12), random.Next(3) * 0.6, (ulong)random.Next(), [.. Prefix(random)])
        {
            Logprobs = random.Next(3) == 0 ? 4 : null,
            Claims = random.Next(3) == 0,
            Stop = random.Next(4) == 0 ? ["e", "w27"] : [],
            Schema = random.Next(6) == 0 ? JsonSchema.Parse("""{"type":"array","items":{"type":"integer"}}""") : null,
            Filters = random.Next(2) == 0
                ? SamplingFilters.None
                : new() { TopP = 0.9, TopK = random.Next(40), FrequencyPenalty = 0.5, RepetitionPenalty = 1.2 },
        };

        return random.Next(4) > 0 ? request : request with
        {
            Prefix = [],
            PromptTokens = [.. Enumerable.Range(0, 1 + random.Next(40)).Select(at => 60 + at)],
            TellsPrompt = true,
        };
    }

    private static IEnumerable<int> Prefix(Random random) =>
        Enumerable.Range(0, random.Next(4) == 0 ? random.Next(5) : 0).Select(_ => 100 + random.Next(50));

    private sealed class BrokenBias : Dictionary<int, float>, IReadOnlyDictionary<int, float>
    {
        public BrokenBias() => this[5] = 1;

        IEnumerator<KeyValuePair<int, float>> IEnumerable<KeyValuePair<int, float>>.GetEnumerator() =>
            throw new InvalidDataException("broken");
    }
}
