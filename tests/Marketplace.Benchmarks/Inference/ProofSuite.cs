using System.Diagnostics;
using System.Globalization;
using Marketplace.Compute.Host;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Verification;
using Marketplace.Host.Tests.Verification.Cheats;

namespace Marketplace.Benchmarks.Inference;

/// <summary>
/// The cheating table: how many texts of each kind of cheat an audit finds, how many honest ones it flags, and what an
/// audit costs. Provider and verifier are this machine's processor.
/// </summary>
internal sealed class ProofSuite : IBenchmarkSuite
{
    public string Name => "proof";

    public string Usage =>
        "--model FILE [--thresholds host|cuda|opencl] [--texts N] [--tokens N] [--temperature-percent N] [--threads N]";

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var path = options.Text("--model") ?? throw new FormatException("give --model FILE");
        var kind = options.Text("--thresholds") switch
        {
            null or "host" => DeviceKind.Host,
            "cuda" => DeviceKind.Cuda,
            "opencl" => DeviceKind.OpenCl,
            var other => throw new FormatException($"--thresholds {other}: expected host, cuda or opencl"),
        };
        var texts = options.Number("--texts", 32, 1, 100_000);
        var tokens = options.Number("--tokens", 120, 12, 10_000);
        var temperature = options.Number("--temperature-percent", 80, 0, 200) / 100.0;
        var threads = options.Number("--threads", Environment.ProcessorCount, 1, HostWorkers.ThreadsMax);
        options.ExpectNoMore();

        using var table = new CheatingTable(path, new(texts, tokens, temperature), threads);
        var thresholds = LogitThresholds.Start(table.WeightFormat, kind);
        var results = new List<BenchmarkResult>();
        Console.Error.WriteLine("| text | found | design | drift p50 | max | margins p50 | max |");
        Console.Error.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        var watch = Stopwatch.StartNew();
        var honest = table.Honest();
        results.Add(new(
            "made.cost", watch.Elapsed.TotalSeconds * 1e6 / honest.Sum(text => text.Claims.Count), "us/token"));
        Measure("honest", honest, expected: null);

        foreach (var (name, make, expected) in table.Cheats(honest))
        {
            cancel.ThrowIfCancellationRequested();
            Measure(name, [.. table.Requests.Select((request, number) => make(request, number))], expected);
        }

        return Task.FromResult<IReadOnlyList<BenchmarkResult>>(results);

        void Measure(string name, IReadOnlyList<TextClaims> made, double? expected)
        {
            var begun = Stopwatch.GetTimestamp();
            var verdicts = made.Select(text => table.Audit(text, thresholds)).ToList();
            var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds / made.Sum(text => text.Claims.Count);
            var part = verdicts.Count(verdict => !verdict.Stands) / (double)verdicts.Count;
            results.Add(new(expected is null ? "honest.flagged" : $"caught.{name}", part, "of all texts"));

            if (expected is null)
            {
                results.Add(new("audit.cost", seconds * 1e6, "us/token"));
            }

            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {part:P1} | {(expected is { } known ? $"{known:P1}" : "0 %")} "
                + $"| {Median(verdicts.Select(one => one.DriftMax)):g2} | {verdicts.Max(one => one.DriftMax):g2} "
                + $"| {Median(verdicts.Select(one => one.MarginSum)):g2} | {verdicts.Max(one => one.MarginSum):g2} |"));
        }
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted
        ? sorted[sorted.Length / 2]
        : 0;
}
