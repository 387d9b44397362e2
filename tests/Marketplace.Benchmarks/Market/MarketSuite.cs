using Marketplace.Testing;

namespace Marketplace.Benchmarks.Market;

/// <summary>
/// The jobs' whole way: REST, grains, the agent over its socket, books and receipts, in real processes that share this
/// machine with the callers. Jobs are for the model <c>noop</c>, so that only the market is measured.
/// </summary>
internal sealed class MarketSuite : IBenchmarkSuite
{
    private const string Model = "models/stories260K/stories260K.gguf";
    private const int WarmJobs = 3_000;

    public string Name => "market";

    public string Usage => "[--jobs N] [--callers N] [--single N] [--engine sqlite|postgresql]";

    public async Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var jobs = options.Number("--jobs", fallback: 3_000, min: 1, max: 100_000);
        var callers = options.Number("--callers", fallback: 32, min: 1, max: 1_024);
        var single = options.Number("--single", fallback: 100, min: 1, max: 10_000);
        var engine = options.Text("--engine");
        options.ExpectNoMore();
        var results = new List<BenchmarkResult>();

        if (engine is null or "sqlite")
        {
            await OnSqlite(new(jobs, callers, single), results, cancel);
        }

        if (engine is null or "postgresql")
        {
            await OnPostgres(new(jobs, callers, single), results, cancel);
        }

        return results;
    }

    private static async Task OnSqlite(Load load, List<BenchmarkResult> results, CancellationToken cancel)
    {
        await using var market = await BenchMarket.Start(connectionString: null, cancel);
        var orders = new JobLoad(market);
        await orders.PerSecond(WarmJobs, load.Callers, cancel);
        results.Add(new("jobs.sqlite", await orders.PerSecond(load.Jobs, load.Callers, cancel), "1/s"));

        var assigned = await orders.SubmitToAssigned(load.Single, cancel);
        results.Add(new("submit_to_assigned.p50", At(assigned, 0.50), "ms"));
        results.Add(new("submit_to_assigned.p99", At(assigned, 0.99), "ms"));

        if (SharedData.Has(Model))
        {
            await market.RegisterModel("stories260K", SharedData.Path(Model), cancel);
            await orders.FirstToken("stories260K", Math.Min(load.Single, 20), cancel);
            var first = await orders.FirstToken("stories260K", load.Single, cancel);
            results.Add(new("first_token.p50", At(first, 0.50), "ms"));
            results.Add(new("first_token.p99", At(first, 0.99), "ms"));
        }
        else
        {
            await Console.Error.WriteLineAsync($"first_token left out: {Model} is not in shared/data");
        }

        await market.RequireBalance(cancel);
    }

    private static async Task OnPostgres(Load load, List<BenchmarkResult> results, CancellationToken cancel)
    {
        if (!PostgresServer.IsAvailable)
        {
            await Console.Error.WriteLineAsync($"jobs.postgresql left out: {PostgresServer.WhyUnavailable}");
            return;
        }

        var server = await PostgresServer.SkipUnlessAvailable();
        await using var market = await BenchMarket.Start(await server.CreateDatabase(cancel), cancel);
        var orders = new JobLoad(market);
        await orders.PerSecond(WarmJobs, load.Callers, cancel);
        results.Add(new("jobs.postgresql", await orders.PerSecond(load.Jobs, load.Callers, cancel), "1/s"));
        await market.RequireBalance(cancel);
    }

    private static double At(double[] sorted, double share) => sorted[(int)(sorted.Length * share)];

    private sealed record Load(int Jobs, int Callers, int Single);
}
