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

    public string Name => "gateway";

    public string Usage => "[--rate N] [--seconds N] [--tokens N]";

    public async Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var rate = options.Number("--rate", fallback: 500, min: 1, max: 10_000);
        var seconds = options.Number("--seconds", fallback: 20, min: 1, max: 600);
        var tokens = options.Number("--tokens", fallback: 8, min: 1, max: 1_000);
        options.ExpectNoMore();

        await using var market = await BenchMarket.Start(connectionString: null, cancel);
        await Offer(market, WarmRate, WarmSeconds, tokens, cancel);
        var times = await Offer(market, rate, seconds, tokens, cancel);
        await market.RequireBalance(cancel);

        return
        [
            new("gateway.rate", rate, "1/s"),
            new("gateway.p50", At(times, 0.50), "ms"),
            new("gateway.p95", At(times, 0.95), "ms"),
            new("gateway.p99", At(times, 0.99), "ms"),
        ];
    }

    /// <summary>Milliseconds of every answer, sorted; each request is due at its place in time.</summary>
    private static async Task<double[]> Offer(
        BenchMarket market, int rate, int seconds, int tokens, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var asked = new List<Task<double>>(rate * seconds);

        // A turn every few milliseconds: all that is due by then is sent.
        using var turn = new PeriodicTimer(TimeSpan.FromMilliseconds(1));

        while (asked.Count < rate * seconds && await turn.WaitForNextTickAsync(cancel))
        {
            while (asked.Count < rate * seconds && Due(asked.Count) <= watch.Elapsed)
            {
                asked.Add(Ask(market, Due(asked.Count), watch, tokens, cancel));
            }
        }

        var times = await Task.WhenAll(asked);
        Array.Sort(times);
        return times;

        TimeSpan Due(int number) => TimeSpan.FromSeconds(number / (double)rate);
    }

    private static async Task<double> Ask(
        BenchMarket market, TimeSpan due, Stopwatch watch, int tokens, CancellationToken cancel)
    {
        using var answer = await market.Renter.PostAsJsonAsync(
            "/v1/completions", new { model = "noop", prompt = "Once upon a time", max_tokens = tokens }, cancel);
        var body = await answer.Content.ReadAsStringAsync(cancel);

        return answer.IsSuccessStatusCode
            ? (watch.Elapsed - due).TotalMilliseconds
            : throw new InvalidOperationException($"A request was answered {(int)answer.StatusCode}: {body}");
    }

    private static double At(double[] sorted, double share) => sorted[(int)(sorted.Length * share)];
}
