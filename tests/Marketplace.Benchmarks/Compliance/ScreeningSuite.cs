using System.Diagnostics;
using Marketplace.Domain.Compliance;
using Marketplace.Testing.Compliance;

namespace Marketplace.Benchmarks.Compliance;

/// <summary>
/// One name at a time against a made-up list: half of them listed ones with a slip, half of them strangers. The list is
/// made ready once, as a host does with each edition.
/// </summary>
internal sealed class ScreeningSuite : IBenchmarkSuite
{
    private const int Seed = 11;
    private const int WarmUp = 500;

    public string Name => "screening";

    public string Usage => "[--parties N] [--names N]";

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var parties = options.Number("--parties", fallback: 20_000, min: 1, max: SanctionsList.PartiesMax);
        var count = options.Number("--names", fallback: 10_000, min: 100, max: 1_000_000);
        options.ExpectNoMore();
        var list = MadeLists.Of(parties, Seed, new DateOnly(2026, 1, 1));
        var watch = Stopwatch.StartNew();
        var screen = new SanctionsScreen(list);
        var ready = watch.Elapsed;
        var names = new MadeNames(Seed + 1);
        string[] asked =
        [
            .. Enumerable.Range(0, count + WarmUp).Select(number => number % 2 == 0
                ? names.WithTypo(list.Parties[names.Random.Next(parties)].Name)
                : names.Person()),
        ];
        var times = new List<double>(count);
        var held = 0;

        for (var at = 0; at < asked.Length; at++)
        {
            cancel.ThrowIfCancellationRequested();
            watch.Restart();
            var hits = screen.Name(asked[at]);
            watch.Stop();

            if (at >= WarmUp)
            {
                times.Add(watch.Elapsed.TotalMilliseconds);
                held += hits.Any(hit => hit.Band >= ScreenBand.Review) ? 1 : 0;
            }
        }

        times.Sort();
        return Task.FromResult<IReadOnlyList<BenchmarkResult>>(
        [
            new("screening.ready", ready.TotalMilliseconds, "ms"),
            new("screening.p50", times[times.Count / 2], "ms"),
            new("screening.p99", times[times.Count * 99 / 100], "ms"),
            new("screening.held", 100.0 * held / count, "%"),
        ]);
    }
}
