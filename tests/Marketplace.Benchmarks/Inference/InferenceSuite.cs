using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Host.Tests.Verification.Cheats;

namespace Marketplace.Benchmarks.Inference;

/// <summary>Speed of one text on one device: prompt and decoding, and how much of the memory's speed decoding uses.</summary>
internal sealed class InferenceSuite : IBenchmarkSuite
{
    private const int Seed = 1;

    public string Name => "inference";

    public string Usage => "(--model FILE | --make-shape 134m|134m-gqa | --draw-vocabulary N) [--format f32|f16|bf16|q8_0|q4_0|q4_k|q6_k|all] [--device D] [--tensor-cores on|off] [--threads N] "
        + "[--prompt-tokens N] [--generate-tokens N] [--draw greedy|market] [--rounds N]";

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var model = options.Text("--model");
        var shape = options.Text("--make-shape");
        var format = options.Text("--format");
        var device = DeviceChoice.Parse(options.Text("--device") ?? "host") with
        {
            IsWithoutTensorCores = (options.Text("--tensor-cores") ?? "on") switch
            {
                "on" => false,
                "off" => true,
                var other => throw new FormatException($"--tensor-cores {other}: expected on or off"),
            },
        };
        var threads = options.Number("--threads", Environment.ProcessorCount, 1, HostWorkers.ThreadsMax);
        var prompt = options.Number("--prompt-tokens", 256, 1, 100_000);
        var generate = options.Number("--generate-tokens", 32, 1, 100_000);
        var isMarket = (options.Text("--draw") ?? "greedy") switch
        {
            "greedy" => false,
            "market" => true,
            var other => throw new FormatException($"--draw {other}: expected greedy or market"),
        };
        var vocabulary = options.Number("--draw-vocabulary", 0, 16, 1_000_000);
        var rounds = options.Number("--rounds", 3, 1, 100);
        options.ExpectNoMore();

        if ((model is null ? 0 : 1) + (shape is null ? 0 : 1) + (vocabulary == 0 ? 0 : 1) != 1)
        {
            throw new FormatException("give one of --model FILE, --make-shape 134m and --draw-vocabulary N");
        }

        if (vocabulary > 0)
        {
            return Task.FromResult(new DrawRun(vocabulary, rounds).Measure(cancel));
        }

        var run = new InferenceRun(device, threads, prompt, generate, rounds) { IsMarketDraw = isMarket };
        return Task.FromResult(
            model is null ? OfShape(run, shape!, Formats(format), cancel)
            : format is null ? OfFile(run, model, cancel)
            : OfCopies(run, model, Formats(format), cancel));
    }

    private static TensorFormat[] Formats(string? text) => text switch
    {
        null or "all" => [TensorFormat.F32, TensorFormat.F16],
        "f32" => [TensorFormat.F32],
        "f16" => [TensorFormat.F16],
        "bf16" => [TensorFormat.BF16],
        "q8_0" => [TensorFormat.Q8],
        "q4_0" => [TensorFormat.Q4],
        "q4_k" => [TensorFormat.Q4K],
        "q6_k" => [TensorFormat.Q6K],
        _ => throw new FormatException($"--format {text}: expected f32, f16, bf16, q8_0, q4_0, q4_k, q6_k or all (f32 and f16)"),
    };

    private static IReadOnlyList<BenchmarkResult> OfFile(InferenceRun run, string path, CancellationToken cancel)
    {
        using var model = LlamaModel.Open(path);
        return [.. run.Measure(model, cancel), run.Bandwidth()];
    }

    /// <summary>The model with its matrices stored as asked, whatever they are stored as in the file.</summary>
    private static List<BenchmarkResult> OfCopies(
        InferenceRun run, string path, TensorFormat[] formats, CancellationToken cancel)
    {
        var results = new List<BenchmarkResult>();

        foreach (var format in formats)
        {
            var copy = ModelVariant.Write(path, RowFormat.Name(format), (_, _) => { }, format);

            try
            {
                using var model = LlamaModel.Open(copy);
                results.AddRange(run.Measure(model, cancel));
            }
            finally
            {
                File.Delete(copy);
            }
        }

        results.Add(run.Bandwidth());
        return results;
    }

    private static List<BenchmarkResult> OfShape(
        InferenceRun run, string shape, TensorFormat[] formats, CancellationToken cancel)
    {
        var sizes = shape switch
        {
            "134m" => RandomLlama.Shape134M,
            "134m-gqa" => RandomLlama.Shape134M with { KeyValueHeads = 4 },
            _ => throw new FormatException($"--make-shape {shape}: expected 134m or 134m-gqa (four key/value heads)"),
        };
        var results = new List<BenchmarkResult>();

        foreach (var format in formats)
        {
            var path = Path.Combine(Path.GetTempPath(), $"marketplace-{shape}-{format}-{Environment.ProcessId}.gguf");

            try
            {
                Console.Error.WriteLine($"writing {path}");

                using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
                {
                    RandomLlama.Write(file, sizes, format, Seed);
                }

                using var model = LlamaModel.Open(path);
                results.AddRange(run.Measure(model, cancel));
            }
            finally
            {
                File.Delete(path);
            }
        }

        results.Add(run.Bandwidth());
        return results;
    }
}
