using System.Diagnostics;
using System.Globalization;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Verification;
using Marketplace.Domain.Verification;

namespace Marketplace.Benchmarks.Inference;

/// <summary>
/// The cheating table: how many texts of each kind of cheat an audit finds, how many honest ones it flags, and what an
/// audit costs. Provider and verifier are this machine's processor.
/// </summary>
internal sealed class ProofSuite : IBenchmarkSuite
{
    private const double Noise = 0.05;
    private const double Resampled = 0.1;
    private const int OtherSeed = 99;

    private static readonly string[] Prompts =
    [
        "Once upon a time", "Tom and Lily went to", "The cat was", "One day, a little girl", "There was a big",
        "Mom said", "In the park", "A boy named Ben",
    ];

    public string Name => "proof";

    public string Usage =>
        "--model FILE [--profile f32|f16] [--texts N] [--tokens N] [--temperature-percent N] [--threads N]";

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var path = options.Text("--model") ?? throw new FormatException("give --model FILE");
        var thresholds = options.Text("--profile") switch
        {
            null or "f32" => LogitThresholds.Single,
            "f16" => LogitThresholds.Half,
            var other => throw new FormatException($"--profile {other}: expected f32 or f16"),
        };
        var texts = options.Number("--texts", 32, 1, 100_000);
        var tokens = options.Number("--tokens", 120, 2, 10_000);
        var temperature = options.Number("--temperature-percent", 80, 0, 200) / 100.0;
        var threads = options.Number("--threads", Environment.ProcessorCount, 1, HostWorkers.ThreadsMax);
        options.ExpectNoMore();

        using var device = new HostDevice(threads);
        using var bench = new Bench(path, device);
        List<GenerationRequest> requests =
        [
            .. Enumerable.Range(0, texts).Select(number => new GenerationRequest(
                Prompts[number % Prompts.Length], tokens, temperature, (ulong)number, []))
        ];
        var results = new List<BenchmarkResult>();
        var honest = Made(requests, bench.True, results);
        Measure("honest", honest, expected: null);

        foreach (var (name, make, expected) in Cheats(bench, honest))
        {
            cancel.ThrowIfCancellationRequested();
            Measure(name, [.. requests.Select((request, number) => make(request, number))], expected);
        }

        return Task.FromResult<IReadOnlyList<BenchmarkResult>>(results);

        void Measure(string name, IReadOnlyList<TextClaims> made, double? expected)
        {
            var watch = Stopwatch.StartNew();
            var verdicts = made.Select(text => bench.Audit(text, thresholds)).ToList();
            var seconds = watch.Elapsed.TotalSeconds / made.Sum(text => text.Claims.Count);
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

    private static List<TextClaims> Made(
        IReadOnlyList<GenerationRequest> requests, CheatingDevice device, List<BenchmarkResult> results)
    {
        Console.Error.WriteLine("| text | found | design | drift p50 | max | margins p50 | max |");
        Console.Error.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        var watch = Stopwatch.StartNew();
        List<TextClaims> made = [.. requests.Select(request => device.Make(request, (_, _, honest) => honest))];
        results.Add(new("made.cost", watch.Elapsed.TotalSeconds * 1e6 / made.Sum(text => text.Claims.Count), "us/token"));
        return made;
    }

    /// <summary>Every cheat, and how often the design says that it is found in one audit.</summary>
    private static IEnumerable<(string Name, Func<GenerationRequest, int, TextClaims> Make, double Expected)> Cheats(
        Bench bench, List<TextClaims> honest)
    {
        static int Honest(ReadOnlySpan<float> logits, int made, int token) => token;

        foreach (var (name, change) in bench.OtherWeights)
        {
            var other = bench.With(name, change);
            yield return (name, (request, _) => other.Make(request, Honest), 1);
        }

        yield return ("altered-prompt", (request, _) =>
            bench.True.Make(request with { Prompt = "He was sad. " + request.Prompt }, Honest) with { Request = request }, 1);

        yield return ("resampled-10%", (request, number) =>
        {
            var (random, prompt) = (new Random(number), bench.PromptLength(request));
            var others = new Sampler(request.Filters, request.Temperature, OtherSeed);
            return bench.True.Make(request, (logits, made, token) =>
                random.NextDouble() < Resampled ? others.Draw(logits, prompt + made) : token);
        }, 1);

        yield return ("one-token", (request, number) =>
        {
            var at = new Random(number).Next(request.TokensMax / 4);
            return bench.True.Make(request, (logits, made, token) => made != at ? token
                : LogProbability.Of(logits, token, 2).Skip(1).First(one => one.Token != token).Token);
        }, 1);

        var small = bench.With("q4", ModelVariant.Quantised(4));
        yield return ("drafted-by-q4", (request, _) => bench.True.Claim(small.Make(request, Honest)), 0.97);

        yield return ("early-stop", (request, number) =>
        {
            var at = new Random(number).Next(2, request.TokensMax / 4);
            return bench.True.Make(request, (_, made, token) => made == at ? bench.End : token);
        }, 1);

        yield return ("replay", (request, number) =>
            honest[(number + Prompts.Length) % honest.Count] with { Request = request }, 1);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted
        ? sorted[sorted.Length / 2]
        : 0;

    /// <summary>The true model, its copies and their engines.</summary>
    private sealed class Bench : IDisposable
    {
        private readonly HostDevice _device;
        private readonly string _path;
        private readonly LlamaModel _model;
        private readonly InferenceEngine _engine;
        private readonly Dictionary<string, (string Path, LlamaModel Model, InferenceEngine Engine)> _copies =
            new(StringComparer.Ordinal);

        public Bench(string path, HostDevice device)
        {
            (_path, _device) = (path, device);
            _model = LlamaModel.Open(path);
            _engine = new(_model, device);
            True = new(_engine, End);
        }

        public CheatingDevice True { get; }

        public int End => _model.Tokenizer.End;

        public IEnumerable<(string Name, ModelVariant.Change Change)> OtherWeights =>
        [
            ("q8", ModelVariant.Quantised(8)),
            ("q4", ModelVariant.Quantised(4)),
            ("other-model", ModelVariant.Noisy(Noise, OtherSeed)),
            ("layer-skipped", ModelVariant.WithoutLayer(_model.Shape.Layers - 1)),
        ];

        public int PromptLength(GenerationRequest request) => _engine.Encode(request.Prompt).Count;

        public CheatingDevice With(string name, ModelVariant.Change change)
        {
            if (!_copies.TryGetValue(name, out var copy))
            {
                var path = ModelVariant.Write(_path, name, change);
                var model = LlamaModel.Open(path);
                copy = (path, model, new InferenceEngine(model, _device));
                _copies.Add(name, copy);
            }

            return new(copy.Engine, End);
        }

        public LogitVerdict Audit(TextClaims text, LogitThresholds thresholds) => LogitJudge.Judge(
            [
                .. LogitAudit.Check(_engine, text.Request, text.Claims, thresholds.Hard)
                    .Select(one => new LogitFinding(one.Drift, one.Margin, one.IsOutside)),
            ],
            thresholds);

        public void Dispose()
        {
            foreach (var (path, model, engine) in _copies.Values)
            {
                engine.Dispose();
                model.Dispose();
                File.Delete(path);
            }

            _engine.Dispose();
            _model.Dispose();
        }
    }
}
