using CsCheck;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Serving;

namespace Marketplace.Compute.Inference.Tests.Serving;

/// <summary>
/// Batch texts give way to others: they lose their room, not a bit of what they say, and come to their end.
/// </summary>
public sealed class GiveWayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Texts_that_give_way_and_those_that_do_not_have_the_bits_of_those_made_alone()
    {
        var options =
            from running in Gen.Int[1, 4]
            from stepTokens in Gen.Int[4, 24]
            from blocks in Gen.Int[33, 70]
            from evictions in Gen.Int[0, 3]
            from progress in Gen.Int[0, 6]
            from overtakes in Gen.Int[1, 7]
            select new ServingOptions
            {
                StepTokens = stepTokens,
                RunningMax = running,
                Blocks = blocks,
                EvictionsMax = evictions,
                EvictionProgressTokens = progress,
                OvertakesMax = overtakes,
            };

        await Gen.Select(Gen.Int[0, 1 << 20], options).SampleAsync(
            drawn => AssertBits(drawn.Item1, drawn.Item2), iter: 25, threads: 1);
    }

    [Fact]
    public async Task A_text_that_somebody_waits_for_begins_at_once_and_the_newest_batch_text_goes_on_later()
    {
        using var world = new ServingWorld(new() { RunningMax = 2 }, isEndless: true);
        var requests = new[] { "abc", "abd", "abe" }
            .Select(prompt => new GenerationRequest(prompt, 40, 0.8, 3, []) { Claims = true }).ToArray();
        var (older, newer) = (
            world.Submit("a", requests[0], Cancel, isBatch: true), world.Submit("b", requests[1], Cancel, isBatch: true));
        Step(world, 10);

        var wanted = world.Submit("c", requests[2], Cancel);
        Step(world, 2);

        Assert.Equal((1, 2, 1), Seen(world));
        Step(world, 39);
        Assert.NotNull(wanted.Finish);
        Assert.NotNull(older.Finish);
        Assert.Null(newer.Finish);
        world.StepAll();
        Assert.Equal(world.WriteAlone(requests[0], Cancel), await ServingWorld.Read(older, Cancel));
        Assert.Equal(world.WriteAlone(requests[1], Cancel), await ServingWorld.Read(newer, Cancel));
        Assert.Equal(world.WriteAlone(requests[2], Cancel), await ServingWorld.Read(wanted, Cancel));
        Assert.Equal((0, 0, 1), Seen(world));
    }

    [Fact]
    public async Task Blocks_that_batch_texts_hold_are_there_for_others_and_what_was_read_is_found_again()
    {
        // Each of the three needs three of the four blocks.
        using var world = new ServingWorld(new() { Blocks = 4 }, isEndless: true);
        var request = new GenerationRequest("abc", 40, 0, 0, []);
        var batch = world.Submit("a", request, Cancel, isBatch: true);
        Step(world, 20);

        var wanted = world.Submit("b", request with { TokensMax = 10 }, Cancel);
        Step(world, 11);

        Assert.NotNull(wanted.Finish);
        Assert.Equal(1, world.Serving.Metrics.GaveWay);
        var before = world.Serving.Metrics.Steps;
        world.StepAll();
        Assert.Equal(40, (await batch.Tokens(Cancel).ToListAsync(Cancel)).Count);

        // 24 tokens were there; the rest took a step each and the reading again one.
        Assert.InRange(world.Serving.Metrics.Steps - before, 19, 21);
    }

    [Fact]
    public void One_that_has_made_too_little_or_has_given_way_often_enough_is_left_to_go_on()
    {
        using var world = new ServingWorld(
            new() { RunningMax = 1, EvictionsMax = 2, EvictionProgressTokens = 5 }, isEndless: true);
        var request = new GenerationRequest("abc", 60, 0, 0, []);
        var batch = world.Submit("a", request, Cancel, isBatch: true);
        Step(world, 3);

        for (var time = 1; time <= 2; time++)
        {
            var wanted = world.Submit("b", request with { TokensMax = 2 }, Cancel);
            Step(world, 1);
            Assert.True(time > 1 || world.Serving.Metrics.GaveWay == 0);
            Step(world, 9);
            Assert.Equal(time, world.Serving.Metrics.GaveWay);
            Assert.NotNull(wanted.Finish);
        }

        var last = world.Submit("b", request with { TokensMax = 2 }, Cancel);
        Step(world, 30);
        Assert.Equal(2, world.Serving.Metrics.GaveWay);
        Assert.Null(last.Finish);
        world.StepAll();
        Assert.NotNull(batch.Finish);
        Assert.NotNull(last.Finish);
    }

    [Fact]
    public void Texts_that_somebody_waits_for_never_give_way_to_each_other()
    {
        using var world = new ServingWorld(new() { RunningMax = 1 }, isEndless: true);
        var request = new GenerationRequest("abc", 30, 0, 0, []);
        world.Submit("a", request, Cancel);
        Step(world, 15);
        world.Submit("b", request, Cancel);
        world.Submit("c", request, Cancel, isBatch: true);
        Step(world, 10);

        Assert.Equal((2, 1, 0), Seen(world));
    }

    [Fact]
    public void Nobody_gives_way_where_that_would_not_be_enough()
    {
        using var world = new ServingWorld(new() { Blocks = 6 }, isEndless: true);
        world.Submit("a", new("abc", 40, 0, 0, []), Cancel);
        world.Submit("b", new("abc", 40, 0, 0, []), Cancel, isBatch: true);
        Step(world, 15);
        world.Submit("c", new("abc", 60, 0, 0, []), Cancel);
        Step(world, 5);

        Assert.Equal((1, 2, 0), Seen(world));
    }

    [Fact]
    public void A_batch_text_waits_behind_others_but_not_for_ever()
    {
        using var world = new ServingWorld(new() { RunningMax = 1, OvertakesMax = 5 }, isEndless: true);
        var request = new GenerationRequest("abc", 3, 0, 0, []);
        world.Submit("a", request, Cancel);
        world.Serving.Step();
        var batch = world.Submit("b", request, Cancel, isBatch: true);
        var others = 0;

        while (batch.Finish is null)
        {
            if (world.Serving.Metrics.Waiting < 3)
            {
                world.Submit("c", request, Cancel);
                Assert.InRange(++others, 1, 12);
            }

            world.Serving.Step();
        }

        Assert.InRange(others, 5, 12);
    }

    [Fact]
    public async Task One_that_gave_way_can_be_cancelled_while_it_waits()
    {
        using var world = new ServingWorld(new() { RunningMax = 1 }, isEndless: true);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var batch = world.Submit("a", new("abc", 60, 0, 0, []), cancel.Token, isBatch: true);
        Step(world, 12);
        world.Submit("b", new("abc", 5, 0, 0, []), Cancel);
        Step(world, 2);
        await cancel.CancelAsync();
        world.StepAll();

        Assert.Equal((0, 0, 1), Seen(world));
        Assert.Equal((1L, 1L, 0), (
            world.Serving.Metrics.Cancelled, world.Serving.Metrics.Ended, world.Serving.Metrics.BlocksUsed));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await batch.Tokens(Cancel).ToListAsync(Cancel));
    }

    private static async Task AssertBits(int seed, ServingOptions options)
    {
        var random = new Random(seed);
        using var world = new ServingWorld(options);
        var texts = new List<(GenerationRequest Request, ServedText Text)>();

        while (texts.Count < 24)
        {
            if (random.Next(3) == 0)
            {
                var request = BatchingEngineTests.Any(random) with { TokensMax = random.Next(30) };
                texts.Add((request, world.Submit($"t{random.Next(3)}", request, Cancel, random.Next(3) > 0)));
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
        Assert.InRange(metrics.GaveWay, 0, options.EvictionsMax * texts.Count);
    }

    private static void Step(ServingWorld world, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            world.Serving.Step();
        }
    }

    private static (int Waiting, int Running, long GaveWay) Seen(ServingWorld world)
    {
        var metrics = world.Serving.Metrics;
        return (metrics.Waiting, metrics.Running, metrics.GaveWay);
    }
}
