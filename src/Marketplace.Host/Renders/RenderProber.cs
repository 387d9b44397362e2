using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Api.Renders;
using Marketplace.Compute.Loading;
using Marketplace.Compute.Rendering.Benchmarks;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Renders;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Renders;

/// <summary>
/// Traces small pictures of orders on this machine's processor, one order at a time, and compares each pass with one
/// over the benchmark scenes just before it. A bounded number waits, of one account only a few, so that nobody keeps
/// the others from their quotes. The newest findings are kept.
/// </summary>
internal sealed class RenderProber : IRenderProbe, IDisposable
{
    /// <summary>Findings that are kept; the oldest goes.</summary>
    internal const int KeptMax = 256;

    /// <summary>What the one bench is kept under.</summary>
    private const string TheBench = "bench";

    private readonly IBlobStore _blobs;
    private readonly QuoteOptions _options;
    private readonly TimeProvider _clock;
    private readonly KeptLoaded<ProbeBench> _bench = new(max: 1, shared: true);
    private readonly CpuQueue _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopped;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<RenderProbeOutcome>> _working = new(StringComparer.Ordinal);
    private readonly PerAccount _accounts;
    private readonly LinkedList<(string Key, RenderProbeOutcome Outcome)> _kept = [];
    private bool _closed;

    public RenderProber(IBlobStore blobs, IOptions<QuoteOptions> options, TimeProvider clock)
    {
        (_blobs, _options, _clock) = (blobs, options.Value, clock);
        _stopped = _stop.Token;
        _queue = new(workers: 1, _options.WaitingMax);
        _accounts = new(_options.PerAccountMax);
    }

    public async Task<RenderProbeOutcome> Probe(
        AccountId account, RenderOrder order, CancellationToken cancel = default)
    {
        var plan = ProbePlan.Of(order);
        var key = KeyOf(account, order, plan);
        Task<RenderProbeOutcome>? work;

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);

            if (_kept.FirstOrDefault(kept => kept.Key == key).Outcome is { } known)
            {
                return known;
            }

            if (!_working.TryGetValue(key, out work))
            {
                if (!_accounts.Enter(account))
                {
                    return new RenderProbeOutcome.AccountBusy(_options.PerAccountMax);
                }

                work = Task.Run(() => Work(key, account, order, plan), CancellationToken.None);
                _working.Add(key, work);
            }
        }

        try
        {
            return await work.WaitAsync(_options.AnswerWithin, _clock, cancel);
        }
        catch (TimeoutException)
        {
            return new RenderProbeOutcome.Pending();
        }
    }

    /// <summary>The bench is freed when what is traced has ended: no thread may read a scene that is gone.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
        }

        _stop.Cancel();
        _queue.Dispose();
        _bench.Dispose();
        _stop.Dispose();
    }

    /// <summary>All that the finding depends on. Accounts share none: its age would tell of others' scenes.</summary>
    private static string KeyOf(AccountId account, RenderOrder order, ProbePlan plan)
    {
        var text = new StringBuilder(account.Value);
        text.Append(
            CultureInfo.InvariantCulture,
            $"\0{order.Camera ?? 0}\0{order.MaxBounces}\0{plan.Width}x{plan.Height}x{plan.Samples}\0");

        if (order.Settings?.Camera is { } camera)
        {
            text.Append(JsonSerializer.Serialize(camera));
        }

        foreach (var frame in plan.Frames)
        {
            text.Append(CultureInfo.InvariantCulture, $"\0{frame}\0{AuditScene.KeyOf(order, frame)}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private async Task<RenderProbeOutcome> Work(string key, AccountId account, RenderOrder order, ProbePlan plan)
    {
        RenderProbeOutcome? found = null;

        try
        {
            var (outcome, isFinding) = await _queue.Run(() => Trace(order, plan, _stopped), _stopped);
            found = isFinding ? outcome : null;
            return outcome;
        }
        catch (TimeoutException)
        {
            return new RenderProbeOutcome.HostBusy();
        }
        finally
        {
            Leave(key, account, found);
        }
    }

    /// <summary>Keeps what was found.</summary>
    private void Leave(string key, AccountId account, RenderProbeOutcome? found)
    {
        lock (_gate)
        {
            _working.Remove(key);
            _accounts.Leave(account);

            if (found is not null)
            {
                _kept.AddFirst((key, found));
            }

            if (_kept.Count > KeptMax)
            {
                _kept.RemoveLast();
            }
        }
    }

    /// <summary>
    /// And whether it is a finding, which the next try would come to again: how long it took and which files were there
    /// is none.
    /// </summary>
    private async Task<(RenderProbeOutcome Outcome, bool IsFinding)> Trace(
        RenderOrder order, ProbePlan plan, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(_options.TimeMax, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        stop.ThrowIfCancellationRequested();
        using var bench = await _bench.Borrow(
            TheBench, _ => Task.FromResult(new ProbeBench(_options.Threads, _clock)), stop);

        try
        {
            var (files, why) = await SceneFiles.Read(_blobs, order.Scene, _options.SceneBytesMax, either.Token);

            return why is null
                ? (Trace(bench.Thing, order, plan, files, either.Token), true)
                : (new RenderProbeOutcome.Unusable(why), false);
        }
        catch (SceneFormatException fault)
        {
            return (new RenderProbeOutcome.Unusable($"The scene cannot be read: {fault.Message}"), true);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            var late = $"Small pictures of it were not traced within {_options.TimeMax.TotalSeconds:0.#} seconds. It "
                + "can be ordered without a quote.";

            return (new RenderProbeOutcome.Unusable(late), false);
        }
    }

    private RenderProbeOutcome Trace(
        ProbeBench bench,
        RenderOrder order,
        ProbePlan plan,
        Dictionary<string, ReadOnlyMemory<byte>> files,
        CancellationToken cancel)
    {
        var small = order with { Width = plan.Width, Height = plan.Height };
        var begun = _clock.GetTimestamp();
        var frames = new List<ProbedFrame>();
        var (load, build) = (TimeSpan.Zero, TimeSpan.Zero);
        SceneSource? source = null;
        AuditScene? scene = null;

        try
        {
            foreach (var frame in plan.Frames)
            {
                if (scene is null || order.Animation is not null)
                {
                    scene?.Dispose();
                    var started = _clock.GetTimestamp();
                    source ??= AuditScene.SourceOf(order, files, cancel);
                    cancel.ThrowIfCancellationRequested();
                    scene = AuditScene.At(source, order, frame, bench.Device, cancel);
                    load = Longer(load, _clock.GetElapsedTime(started));
                    cancel.ThrowIfCancellationRequested();
                    build = Longer(build, TreeBuild.Measure(scene.Scene, _clock, cancel));
                }

                if (scene.ViewOf(small, frame) is not { } view)
                {
                    return new RenderProbeOutcome.Unusable($"The scene has no camera {order.Camera}.");
                }

                frames.Add(new(frame, Costs(bench.Benchmark, scene, view, plan, begun, cancel)));
            }
        }
        finally
        {
            scene?.Dispose();
        }

        return new RenderProbeOutcome.Measured(
            new(frames, plan.Width, plan.Height, plan.Samples, load, build < load ? build : load));
    }

    /// <summary>One cost a pass; a pass before them pays for cold memory and counts for nothing.</summary>
    private List<long> Costs(
        RenderBenchmark benchmark,
        AuditScene scene,
        RenderView view,
        ProbePlan plan,
        long begun,
        CancellationToken cancel)
    {
        var costs = new List<long>();
        scene.Tracer.Trace(view, new(0, 0, plan.Width, plan.Height), new(0, 1), cancel);

        for (var pass = 1; pass <= ProbePlan.PassesMax; pass++)
        {
            cancel.ThrowIfCancellationRequested();
            var samples = new SampleRange(pass * SampleRange.Batch, plan.Samples);
            var cost = benchmark.CostOf(scene.Tracer, view, samples, cancel);
            costs.Add(Math.Max(1, (long)Math.Ceiling(cost * RenderEffort.CostOne)));

            if (_clock.GetElapsedTime(begun) > _options.TimeWanted)
            {
                break;
            }
        }

        return costs;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
