using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Marketplace.Benchmarks.Market;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.Testing;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// The same render by one agent and by two, each with one thread and one slot, in turns: real processes on this
/// machine, which the host shares. By the clock it says what a renter sees; where other programs run it says little,
/// and what an agent's slot did while it did not trace says more.
/// </summary>
internal sealed class RenderAgentsSuite : IBenchmarkSuite
{
    private const string Box = "gltf/CornellBox.glb";

    /// <summary>
    /// USDC a million pixel samples, as devices ask until their provider says otherwise: dear units are checked more.
    /// </summary>
    private const string Ask = "0.010000";

    /// <summary>
    /// Frames of 64 samples before each run, unless told: one agent of two has earned trust by half of them.
    /// </summary>
    private const int WarmFrames = 4;

    private const int WarmSamples = 64;

    private static readonly string[] Rigs = ["rig-a", "rig-b"];
    private static readonly string[] OneThread = ["--threads", "1"];
    private static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(30);

    public string Name => "render-agents";

    public string Usage => "[--width N] [--height N] [--spp N] [--frames N] [--rounds N] [--warm-frames N]";

    public async Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var job = new Job(
            options.Number("--width", fallback: 640, min: 64, max: 4_096),
            options.Number("--height", fallback: 360, min: 64, max: 4_096),
            options.Number("--spp", fallback: 256, min: 16, max: 4_096),
            options.Number("--frames", fallback: 2, min: 1, max: 100),
            options.Number("--warm-frames", fallback: WarmFrames, min: 1, max: 100));
        var rounds = options.Number("--rounds", fallback: 2, min: 1, max: 20);
        options.ExpectNoMore();

        await using var market = await BenchMarket.StartWithoutAgents(cancel);

        foreach (var rig in Rigs)
        {
            await market.Enrol(rig, "1", cancel, Ask);
        }

        var scene = await Upload(market.Api, cancel);
        var first = market.StartRig(Rigs[0], OneThread);
        var runs = new List<AgentsRun>();

        for (var round = 0; round < rounds; round++)
        {
            await market.Connected(1, cancel);
            runs.Add(await Measure(market, scene, job, [first], round, cancel));
            var second = market.StartRig(Rigs[1], OneThread);
            await market.Connected(2, cancel);
            runs.Add(await Measure(market, scene, job, [first, second], round, cancel));
            await market.Stop(second);
        }

        await market.RequireBalance(cancel);
        return Results(runs);
    }

    private static async Task<string> Upload(RestClient renter, CancellationToken cancel)
    {
        var glb = SharedData.Has(Box)
            ? await File.ReadAllBytesAsync(SharedData.Path(Box), cancel)
            : ProceduralScene.ToGlb();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(glb));
        await renter.Upload(sha256, glb, cancel);
        var scene = await renter.Post(
            "/v1/scenes", new { root = "scene.glb", files = new[] { new { path = "scene.glb", sha256 } } }, cancel);
        return (string)scene["id"]!;
    }

    /// <summary>
    /// One render, after a small one in which every agent loads the scene and earns the trust by which fewer of its
    /// units are traced again by the host.
    /// </summary>
    private static async Task<AgentsRun> Measure(
        BenchMarket market, string scene, Job job, ChildProcess[] agents, int round, CancellationToken cancel)
    {
        var warm = job with { Samples = WarmSamples, Frames = job.WarmFrames };
        await Render(market.Api, scene, warm, $"warm-{agents.Length}-{round}", cancel);
        var logs = Array.ConvertAll(agents, agent => agent.LogLines().Length - 1);
        var (host, cpu) = (market.Host.ProcessorTime, Cpu(agents));
        var view = await Render(market.Api, scene, job, $"run-{agents.Length}-{round}", cancel);
        var wall = (DateTimeOffset)view["endedAt"]! - (DateTimeOffset)view["startedAt"]!;
        var run = new AgentsRun(
            agents.Length,
            job.PixelSamples,
            wall,
            market.Host.ProcessorTime - host,
            Cpu(agents) - cpu,
            agents.Select((agent, at) => AgentTimes.Read(agent.LogLines().Skip(logs[at])))
                .Aggregate(AgentTimes.None, (sum, times) => sum + times),
            (long)view["verification"]!["checked"]!,
            Load());
        await Console.Error.WriteLineAsync($"  {run}");
        return run;
    }

    private static async Task<JsonNode> Render(
        RestClient renter, string scene, Job job, string key, CancellationToken cancel)
    {
        var order = new
        {
            scene,
            width = job.Width,
            height = job.Height,
            samples = job.Samples,
            frames = $"1-{job.Frames}",
            deadlineSeconds = (int)TimeMax.TotalSeconds,
        };
        var render = await renter.Post("/v1/renders", order, cancel, key);
        var view = await Eventually.Holds(
            "the render has ended",
            token => renter.Get($"/v1/renders/{render["id"]}", token),
            found => found["endedAt"] is not null,
            TimeMax,
            cancel);

        return (string)view["state"]! == "succeeded"
            ? view
            : throw new InvalidOperationException($"The render did not end well: {view.ToJsonString()}");
    }

    private static List<BenchmarkResult> Results(List<AgentsRun> runs)
    {
        var results = new List<BenchmarkResult>();

        foreach (var (name, count) in new[] { ("one", 1), ("two", 2) })
        {
            AgentsRun[] those = [.. runs.Where(run => run.Agents == count)];
            results.AddRange(
            [
                new($"{name}.samples_per_second", those.Average(run => run.SamplesPerSecond), "1/s"),
                new($"{name}.samples_per_cpu_second", those.Average(run => run.SamplesPerCpuSecond), "1/s"),
                new($"{name}.agents_cpu", those.Average(run => run.AgentsCpu.TotalSeconds), "s"),
                new($"{name}.checked", those.Average(run => (double)run.Checked), "units"),
                new($"{name}.host_cpu", those.Average(run => run.HostCpu.TotalSeconds), "s"),
                new($"{name}.idle_per_unit", 1e3 * those.Average(run => run.Times.Idle / run.Times.Units / OneSecond), "ms"),
                new($"{name}.handing_per_unit", 1e3 * those.Average(run => run.Times.Handed / run.Times.Units / OneSecond), "ms"),
                new($"{name}.not_tracing", 100 * those.Average(run => run.NotTracing), "%"),
                new($"{name}.load_average", those.Average(run => run.Load), "processes"),
            ]);
        }

        var (one, two) = (results[0].Value, results[9].Value);
        results.Add(new("speedup", two / one, "times"));
        return results;
    }

    private static TimeSpan OneSecond => TimeSpan.FromSeconds(1);

    private static TimeSpan Cpu(ChildProcess[] agents) =>
        agents.Aggregate(TimeSpan.Zero, (sum, agent) => sum + agent.ProcessorTime);

    private static double Load() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : double.NaN;

    private sealed record Job(int Width, int Height, int Samples, int Frames, int WarmFrames)
    {
        public long PixelSamples => (long)Width * Height * Samples * Frames;
    }

    private sealed record AgentsRun(
        int Agents,
        long PixelSamples,
        TimeSpan Wall,
        TimeSpan HostCpu,
        TimeSpan AgentsCpu,
        AgentTimes Times,
        long Checked,
        double Load)
    {
        public double SamplesPerSecond => PixelSamples / Wall.TotalSeconds;

        public double SamplesPerCpuSecond => PixelSamples / AgentsCpu.TotalSeconds;

        /// <summary>Share of the agents' time from their first unit to their last that they did not trace.</summary>
        public double NotTracing =>
            (Times.Idle + Times.Handed + Times.Loaded) / (Times.Idle + Times.Handed + Times.Loaded + Times.Traced);
    }
}
