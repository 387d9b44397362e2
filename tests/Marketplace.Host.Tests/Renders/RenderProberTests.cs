using Marketplace.Api.Renders;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Renders;
using Marketplace.Host.Renders;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Host.Tests.Renders;

public sealed class RenderProberTests
{
    private static readonly AccountId Alice = AccountId.From(PrefixedId.Derive("account", "alice"));
    private static readonly AccountId Bob = AccountId.From(PrefixedId.Derive("account", "bob"));

    private readonly FakeBlobs _blobs = new();
    private readonly QuoteOptions _options = new()
    {
        AnswerWithin = TimeSpan.FromMinutes(5),
        TimeMax = TimeSpan.FromMinutes(4),
        TimeWanted = TimeSpan.Zero,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_the_middle_and_the_last_frame_are_traced_and_loading_is_told_apart()
    {
        using var prober = Prober(_blobs, TimeProvider.System);

        var probe = Measured(await prober.Probe(Alice, Order(160), Cancel));

        Assert.Equal([1, 6, 10], probe.Frames.Select(frame => frame.Frame));
        Assert.All(probe.Frames, frame => Assert.InRange(frame.Costs.Count, 1, ProbePlan.PassesMax));

        // The studio is one of the four scenes that it is compared with: neither free nor a thousand times as dear.
        Assert.All(probe.Frames.SelectMany(frame => frame.Costs), cost => Assert.InRange(cost, 1_000, 1_000_000_000));
        Assert.True(probe.Build > TimeSpan.Zero && probe.Load >= probe.Build);
    }

    [Fact]
    public async Task Asking_twice_traces_once_and_another_size_or_account_is_another_thing()
    {
        using var prober = Prober(_blobs, TimeProvider.System);
        var order = Order(64);
        var first = await prober.Probe(Alice, order, Cancel);
        _blobs.Files.Clear();

        // What was found does not hang on seed, price or deadline.
        Assert.Same(first, await prober.Probe(Alice, order with { Seed = 99, DeadlineSeconds = 60 }, Cancel));
        Assert.IsType<RenderProbeOutcome.Unusable>(await prober.Probe(Alice, order with { MaxBounces = 3 }, Cancel));
        Assert.IsType<RenderProbeOutcome.Unusable>(await prober.Probe(Bob, order, Cancel));
    }

    [Fact]
    public async Task A_scene_that_is_too_large_or_lacks_the_camera_is_refused_with_the_reason()
    {
        using var prober = Prober(_blobs, TimeProvider.System);
        var lost = Assert.IsType<RenderProbeOutcome.Unusable>(
            await prober.Probe(Alice, Order(64) with { Camera = 7 }, Cancel));
        Assert.Contains("camera 7", lost.Why, StringComparison.Ordinal);

        _options.SceneBytesMax = 10;
        using var small = Prober(_blobs, TimeProvider.System);
        var large = Assert.IsType<RenderProbeOutcome.Unusable>(await small.Probe(Alice, Order(64), Cancel));
        Assert.Contains("allowed are 10", large.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_has_a_few_under_way_and_does_not_keep_others_out()
    {
        _options.PerAccountMax = 1;
        var slow = new GatedBlobs(_blobs);
        using var prober = Prober(slow, TimeProvider.System);
        var mine = prober.Probe(Alice, Order(64), Cancel);
        var same = prober.Probe(Alice, Order(64), Cancel);
        var busy = await prober.Probe(Alice, Order(80), Cancel);
        var other = prober.Probe(Bob, Order(80), Cancel);

        Assert.Equal(new RenderProbeOutcome.AccountBusy(1), busy);
        slow.Open();
        Assert.Same(Measured(await mine), Measured(await same));
        Measured(await other);
        Measured(await prober.Probe(Alice, Order(80), Cancel));
    }

    [Fact]
    public async Task A_host_takes_so_many_and_tells_the_next()
    {
        _options.WaitingMax = 1;
        var slow = new GatedBlobs(_blobs);
        using var prober = Prober(slow, TimeProvider.System);
        var first = prober.Probe(Alice, Order(64), Cancel);
        await slow.Entered;
        var second = prober.Probe(Alice, Order(80), Cancel);
        var third = prober.Probe(Bob, Order(80), Cancel);

        // One of the two waits, whichever came first.
        Assert.IsType<RenderProbeOutcome.HostBusy>(await await Task.WhenAny(second, third));
        slow.Open();
        var outcomes = await Task.WhenAll(first, second, third);
        Assert.Equal(2, outcomes.Count(outcome => outcome is RenderProbeOutcome.Measured));
    }

    [Fact]
    public async Task A_request_waits_for_a_limited_time_and_asking_again_gets_the_finding()
    {
        _options.AnswerWithin = TimeSpan.FromSeconds(10);
        var clock = new FakeTimeProvider();
        var slow = new GatedBlobs(_blobs);
        using var prober = Prober(slow, clock);
        var asked = prober.Probe(Alice, Order(64), Cancel);
        clock.Advance(_options.AnswerWithin);
        Assert.IsType<RenderProbeOutcome.Pending>(await asked);

        var again = prober.Probe(Alice, Order(64), Cancel);
        slow.Open();
        Measured(await again);
    }

    [Fact]
    public async Task Tracing_that_takes_too_long_is_given_up_and_begun_again_when_asked_again()
    {
        var clock = new FakeTimeProvider();
        _options.AnswerWithin = _options.TimeMax * 2;
        var slow = new GatedBlobs(_blobs);
        using var prober = Prober(slow, clock);
        var asked = prober.Probe(Alice, Order(64), Cancel);
        await slow.Entered;
        clock.Advance(_options.TimeMax);
        var given = Assert.IsType<RenderProbeOutcome.Unusable>(await asked);

        Assert.Contains("within 240 seconds", given.Why, StringComparison.Ordinal);
        slow.Open();
        var order = Order(64);
        _blobs.Files.Clear();
        var again = Assert.IsType<RenderProbeOutcome.Unusable>(await prober.Probe(Alice, order, Cancel));
        Assert.Contains("not there any more", again.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_missing_is_looked_for_again()
    {
        using var prober = Prober(_blobs, TimeProvider.System);
        var order = Order(64) with { Camera = 7 };
        _blobs.Files.Clear();
        var lost = Assert.IsType<RenderProbeOutcome.Unusable>(await prober.Probe(Alice, order, Cancel));
        Assert.Contains("not there any more", lost.Why, StringComparison.Ordinal);

        Order(64);
        var found = Assert.IsType<RenderProbeOutcome.Unusable>(await prober.Probe(Alice, order, Cancel));
        Assert.Contains("camera 7", found.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prober_that_is_closed_while_it_traces_ends_without_a_scene_being_freed_under_it()
    {
        var slow = new GatedBlobs(_blobs);
        var prober = Prober(slow, TimeProvider.System);
        var asked = prober.Probe(Alice, Order(512), Cancel);
        await slow.Entered;
        slow.Open();
        prober.Dispose();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => prober.Probe(Alice, Order(64), Cancel));
    }

    private static RenderProbe Measured(RenderProbeOutcome outcome) =>
        Assert.IsType<RenderProbeOutcome.Measured>(outcome).Probe;

    private RenderProber Prober(IBlobStore blobs, TimeProvider clock) =>
        new(blobs, Options.Create(_options), clock);

    private RenderOrder Order(int width)
    {
        var bytes = ProceduralScene.ToGlb();

        return new(
            new("scene.glb", [new("scene.glb", _blobs.Add(bytes), bytes.Length)], null),
            width,
            48,
            64,
            [.. Enumerable.Range(1, 10)],
            24,
            null,
            7,
            4,
            new(WorkKind.Render, new DeviceAsk(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(1)), 1_000, null, null),
            600);
    }
}
