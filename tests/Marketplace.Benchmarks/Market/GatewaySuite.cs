using System.Diagnostics;
using System.Net.Http.Json;

namespace Marketplace.Benchmarks.Market;

/// <summary>
/// What the market adds to a text: answers of <c>/v1/completions</c> by the model <c>noop</c>, which takes no time, from
/// the moment a request was due to its whole answer. Requests come at a fixed rate whether earlier ones are answered or
/// not, so that waiting in line counts. Callers, host and agent share this machine.
/// </summary>
internal sealed class GatewaySuite : IBenchmarkSuite
{
    private const int WarmRate = 100;
    private const int WarmSeconds = 20;
    private const int StagesOf = 500;
    private const int Syncs = 200;
    private const int SyncedBytes = 8 * 1024;

    public string Name => "gateway";

    public string Usage => "[--rate N | --callers N] [--seconds N] [--tokens N] [--data FOLDER]";

    public async Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var rate = options.Number("--rate", fallback: 500, min: 1, max: 10_000);
        var callers = options.Number("--callers", fallback: 0, min: 0, max: 1_000);
        var seconds = options.Number("--seconds", fallback: 20, min: 1, max: 600);
        var tokens = options.Number("--tokens", fallback: 8, min: 1, max: 1_000);
        var data = options.Text("--data");
        options.ExpectNoMore();

        await using var market = await BenchMarket.Start(connectionString: null, cancel, data);
        await Offer(market, WarmRate, WarmSeconds, tokens, cancel);
        var sync = SyncedWrite(market.Folder);
        var before = Used(market);
        var answers = callers > 0
            ? await InTurn(market, callers, seconds, tokens, cancel)
            : await Offer(market, rate, seconds, tokens, cancel);
        var after = Used(market);
        var stages = await Stages(market, answers, cancel);
        await market.RequireBalance(cancel);

        var times = answers.Select(answer => (answer.At - answer.Due).TotalMilliseconds).Order().ToArray();
        return
        [
            new("gateway.rate", callers > 0 ? answers.Length / (double)seconds : rate, "1/s"),
            new("gateway.p50", At(times, 0.50), "ms"),
            new("gateway.p95", At(times, 0.95), "ms"),
            new("gateway.p99", At(times, 0.99), "ms"),
            .. stages,
            new("gateway.cpu.host", PerRequest(after.Host - before.Host), "ms"),
            new("gateway.cpu.agent", PerRequest(after.Agent - before.Agent), "ms"),
            new("gateway.cpu.callers", PerRequest(after.Callers - before.Callers), "ms"),
            new("gateway.host.writes", (after.Writes - before.Writes) / (double)answers.Length, ""),
            new("gateway.host.switches", (after.Switches - before.Switches) / (double)answers.Length, ""),
            new("gateway.sync", sync, "ms"),
            new("load.1min", LoadAverage(), ""),
        ];

        double PerRequest(TimeSpan used) => used.TotalMilliseconds / answers.Length;
    }

    private static Spent Used(BenchMarket market)
    {
        using var self = Process.GetCurrentProcess();
        var (host, agent) = market.ProcessorTime;
        var (writes, switches) = market.Host.Calls;
        return new(host, agent, self.TotalProcessorTime, writes, switches);
    }

    /// <summary>
    /// Every answer; each caller asks when it has the one before. What a request costs then hangs less on what else the
    /// machine does: the more wait at once, the more share a commit.
    /// </summary>
    private static async Task<Answer[]> InTurn(
        BenchMarket market, int callers, int seconds, int tokens, CancellationToken cancel)
    {
        var start = TimeProvider.System.GetUtcNow();
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(Call, cancel)));
        return [.. answers.SelectMany(mine => mine).OrderBy(answer => answer.At)];

        async Task<List<Answer>> Call()
        {
            var mine = new List<Answer>();

            while (watch.Elapsed < TimeSpan.FromSeconds(seconds))
            {
                mine.Add(await Ask(market, tokens, start, watch, watch.Elapsed, cancel));
            }

            return mine;
        }
    }

    /// <summary>Every answer; each request is due at its place in time.</summary>
    private static async Task<Answer[]> Offer(
        BenchMarket market, int rate, int seconds, int tokens, CancellationToken cancel)
    {
        var start = TimeProvider.System.GetUtcNow();
        var watch = Stopwatch.StartNew();
        var asked = new List<Task<Answer>>(rate * seconds);

        // A turn every few milliseconds: all that is due by then is sent.
        using var turn = new PeriodicTimer(TimeSpan.FromMilliseconds(1));

        while (asked.Count < rate * seconds && await turn.WaitForNextTickAsync(cancel))
        {
            while (asked.Count < rate * seconds && Due(asked.Count) <= watch.Elapsed)
            {
                asked.Add(Ask(market, tokens, start, watch, Due(asked.Count), cancel));
            }
        }

        return await Task.WhenAll(asked);

        TimeSpan Due(int number) => TimeSpan.FromSeconds(number / (double)rate);
    }

    private static async Task<Answer> Ask(
        BenchMarket market,
        int tokens,
        DateTimeOffset start,
        Stopwatch watch,
        TimeSpan due,
        CancellationToken cancel)
    {
        using var answer = await market.Renter.PostAsJsonAsync(
            "/v1/completions", new { model = "noop", prompt = "Once upon a time", max_tokens = tokens }, cancel);
        var body = await answer.Content.ReadAsStringAsync(cancel);

        return answer.IsSuccessStatusCode
            ? new(answer.Headers.GetValues("x-job-id").First(), start + due, start + watch.Elapsed)
            : throw new InvalidOperationException($"A request was answered {(int)answer.StatusCode}: {body}");
    }

    /// <summary>
    /// Where the time of an answer goes, by the times that the job itself tells: medians of the last few hundred.
    /// </summary>
    private static async Task<IEnumerable<BenchmarkResult>> Stages(
        BenchMarket market, Answer[] answers, CancellationToken cancel)
    {
        var stages = new List<double[]>();

        foreach (var answer in answers.TakeLast(StagesOf))
        {
            var job = await market.Api.Get($"/v1/jobs/{answer.Job}", cancel);
            var (created, started, ended) = (Time("createdAt"), Time("startedAt"), Time("endedAt"));
            stages.Add(
            [
                .. new[] { created - answer.Due, started - created, ended - started, answer.At - ended }
                    .Select(span => span.TotalMilliseconds),
            ]);

            DateTimeOffset Time(string field) => (DateTimeOffset)job[field]!;
        }

        return new[] { "ordered", "assigned", "delivered", "answered" }.Select((name, stage) => new BenchmarkResult(
            $"gateway.p50.{name}", At([.. stages.Select(times => times[stage]).Order()], 0.5), "ms"));
    }

    /// <summary>
    /// Milliseconds that the disk below takes for a synced write into a file that has its size already, as a log has that
    /// is used again: the least of what a commit takes. Median.
    /// </summary>
    private static double SyncedWrite(string folder)
    {
        var (path, bytes, times) = (Path.Combine(folder, "sync"), new byte[SyncedBytes], new double[Syncs]);
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        RandomAccess.Write(file, new byte[Syncs * SyncedBytes], 0);
        RandomAccess.FlushToDisk(file);

        for (var at = 0; at < Syncs; at++)
        {
            var begun = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, bytes, (long)at * SyncedBytes);
            RandomAccess.FlushToDisk(file);
            times[at] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }

        return At([.. times.Order()], 0.5);
    }

    private static double LoadAverage() => File.Exists("/proc/loadavg")
        ? double.Parse(
            File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)
        : double.NaN;

    private static double At(double[] sorted, double share) => sorted[(int)(sorted.Length * share)];

    private sealed record Spent(TimeSpan Host, TimeSpan Agent, TimeSpan Callers, long Writes, long Switches);

    /// <param name="Job">The id of its job.</param>
    /// <param name="Due">When the request was to be sent.</param>
    /// <param name="At">When the whole answer was there.</param>
    private sealed record Answer(string Job, DateTimeOffset Due, DateTimeOffset At);
}
