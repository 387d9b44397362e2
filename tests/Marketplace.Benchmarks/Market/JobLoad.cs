using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Marketplace.Benchmarks.Market;

/// <summary>Orders jobs over REST and looks at what became of them.</summary>
internal sealed class JobLoad(BenchMarket market)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(180);

    /// <summary>
    /// Jobs a second from the first order to the last settlement: callers that each order again when the last order is
    /// answered, and an end seen by the host's metrics. Every job must have succeeded and been charged.
    /// </summary>
    public async Task<double> PerSecond(int jobs, int callers, CancellationToken cancel)
    {
        var before = await market.Ended(cancel);
        var ids = new ConcurrentBag<string>();
        var watch = Stopwatch.StartNew();
        var width = new ParallelOptions { MaxDegreeOfParallelism = callers, CancellationToken = cancel };

        await Parallel.ForEachAsync(Enumerable.Range(0, jobs), width, async (_, stop) => ids.Add(await Order("noop", 8, stop)));
        var ordered = watch.Elapsed;
        await AllEnded(before + jobs, cancel);
        var elapsed = watch.Elapsed;
        await Console.Error.WriteLineAsync($"  {jobs} jobs ordered after {ordered.TotalSeconds:N2} s, settled after {elapsed.TotalSeconds:N2} s");

        await Parallel.ForEachAsync(ids, width, async (id, stop) => await RequireSuccess(id, stop));
        return jobs / elapsed.TotalSeconds;
    }

    /// <summary>Milliseconds from a job's creation to its first attempt, one job at a time, by the host's clock.</summary>
    public async Task<double[]> SubmitToAssigned(int jobs, CancellationToken cancel)
    {
        var times = new List<double>();

        for (var at = 0; at < jobs; at++)
        {
            var id = await Order("noop", 1, cancel);
            await Follow(id, _ => { }, cancel);
            var job = await RequireSuccess(id, cancel);
            times.Add(((DateTimeOffset)job["startedAt"]! - (DateTimeOffset)job["createdAt"]!).TotalMilliseconds);
        }

        return [.. times.Order()];
    }

    /// <summary>Milliseconds from sending an order to reading its first token from the event stream, one at a time.</summary>
    public async Task<double[]> FirstToken(string model, int jobs, CancellationToken cancel)
    {
        var times = new List<double>();

        for (var at = 0; at < jobs; at++)
        {
            var watch = Stopwatch.StartNew();
            double? first = null;
            var id = await Order(model, 16, cancel);
            await Follow(id, type => first ??= type == "token" ? watch.Elapsed.TotalMilliseconds : null, cancel);
            await RequireSuccess(id, cancel);
            times.Add(first ?? throw new InvalidOperationException($"{id} made no token."));
        }

        return [.. times.Order()];
    }

    private async Task<string> Order(string model, int maxTokens, CancellationToken cancel)
    {
        using var answer = await market.Renter.PostAsJsonAsync("/v1/jobs", new { model, prompt = "Once upon a time", maxTokens }, cancel);
        var body = await answer.Content.ReadAsStringAsync(cancel);

        return answer.IsSuccessStatusCode
            ? (string)JsonNode.Parse(body)!["id"]!
            : throw new InvalidOperationException($"An order was answered {(int)answer.StatusCode}: {body}");
    }

    private async Task Follow(string id, Action<string> heard, CancellationToken cancel)
    {
        await foreach (var (type, _, _) in market.Api.Events(id, 0, cancel))
        {
            heard(type);
        }
    }

    private async Task<JsonNode> RequireSuccess(string id, CancellationToken cancel)
    {
        var job = await market.Api.Get($"/v1/jobs/{id}", cancel);

        return (string)job["state"]! == "succeeded" && job["receipt"] is not null
            ? job
            : throw new InvalidOperationException($"{id} did not end well: {job.ToJsonString()}");
    }

    private async Task AllEnded(int count, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(EndMax);
        using var tick = new PeriodicTimer(AskEvery);

        while (await market.Ended(limit.Token) < count)
        {
            await tick.WaitForNextTickAsync(limit.Token);
        }
    }
}
