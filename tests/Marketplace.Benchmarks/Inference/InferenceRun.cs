using System.Diagnostics;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Benchmarks.Inference;

/// <summary>What a run measures with.</summary>
/// <param name="Device">The device wanted.</param>
/// <param name="Threads">Worker threads of the Host.</param>
/// <param name="PromptTokens">Length of the prompt.</param>
/// <param name="GenerateTokens">Tokens decoded after it.</param>
/// <param name="Rounds">Rounds; the best counts, since other work on the machine only slows.</param>
internal sealed record InferenceRun(DeviceChoice Device, int Threads, int PromptTokens, int GenerateTokens, int Rounds)
{
    /// <summary>Whether the streams draw as the market's texts do rather than greedily.</summary>
    public bool IsMarketDraw { get; init; }

    private const int Streams = 8;
    private const long BandwidthBytes = 256L * 1024 * 1024;

    private double _bandwidth;

    /// <summary>The best of all rounds so far.</summary>
    public BenchmarkResult Bandwidth() => new("bandwidth.read", _bandwidth / 1e9, "GB/s");

    /// <summary>Reads memory, the prompt, decodes, and makes streams, round by round, so that all meet the same machine.</summary>
    public IReadOnlyList<BenchmarkResult> Measure(LlamaModel model, CancellationToken cancel)
    {
        if (PromptTokens + GenerateTokens > model.Shape.Context)
        {
            throw new FormatException(
                $"--prompt-tokens and --generate-tokens make {PromptTokens + GenerateTokens}, the model's context is {model.Shape.Context}");
        }

        using var device = ComputeDevice.Open(Device, Threads);
        using var engine = new InferenceEngine(model, device);
        engine.MatrixPaths.ToList().ForEach(path => Console.WriteLine($"matrix products: {path}"));
        var prompt = Enumerable.Range(0, PromptTokens).Select(at => 3 + (at * 7_919 % (model.Shape.Vocabulary - 3))).ToArray();
        var (prefill, decode) = (StreamTime.Max, StreamTime.Max);
        var launches = 0L;
        var (streams, one, many) = (new StreamRun(PromptTokens, GenerateTokens, IsMarketDraw), StreamTime.Max, StreamTime.Max);

        for (var round = 0; round < Rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            MeasureBandwidth();
            using var sequence = engine.Backend.NewSequence(PromptTokens + GenerateTokens);
            prefill = prefill.Best(Time(() => sequence.Append(prompt), PromptTokens));
            launches = (engine.Backend as IlgpuLlama)?.Launches ?? 0;
            decode = decode.Best(Time(() => Decode(sequence, cancel), GenerateTokens));
            launches = ((engine.Backend as IlgpuLlama)?.Launches ?? 0) - launches;
            one = one.Best(streams.Measure(engine, model, 1, cancel));
            many = many.Best(streams.Measure(engine, model, Streams, cancel));
        }

        var format = RowFormat.Name(model.WeightFormat);
        var read = model.BytesPerToken / decode.Clock.TotalSeconds;
        return
        [
            new($"decode.{format}", 1 / decode.Clock.TotalSeconds, "tok/s"),
            new($"decode.{format}.bytes_per_token", model.BytesPerToken / 1e6, "MB"),
            new($"decode.{format}.bandwidth_share", 100 * read / _bandwidth, "%"),
            new($"decode.{format}.cpu_per_token", decode.Processor.TotalMilliseconds, "ms, all threads"),
            new($"decode.{format}.launches", (double)launches / GenerateTokens, "kernels a token"),
            new($"prefill.{format}", 1 / prefill.Clock.TotalSeconds, "tok/s"),
            new($"prefill.{format}.cpu_per_token", prefill.Processor.TotalMilliseconds, "ms, all threads"),
            new($"streams1.{format}", 1 / one.Clock.TotalSeconds, "tok/s"),
            new($"streams1.{format}.cpu_per_token", one.Processor.TotalMilliseconds, "ms, all threads"),
            new($"streams{Streams}.{format}", 1 / many.Clock.TotalSeconds, "tok/s, all together"),
            new($"streams{Streams}.{format}.gain", one.Clock / many.Clock, "x streams1"),
            new($"streams{Streams}.{format}.cpu_per_token", many.Processor.TotalMilliseconds, "ms, all threads"),
            new($"streams{Streams}.{format}.cpu_gain", one.Processor / many.Processor, "x streams1"),
        ];
    }

    private void MeasureBandwidth()
    {
        using var workers = new HostWorkers(Threads);
        _bandwidth = Math.Max(_bandwidth, ReadBandwidth.Measure(workers, BandwidthBytes, rounds: 3));
    }

    private static StreamTime Time(Action work, int tokens)
    {
        var (clock, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        work();
        return new(
            Stopwatch.GetElapsedTime(clock) / tokens, (Environment.CpuUsage.TotalTime - processor) / tokens);
    }

    private void Decode(ILlamaSequence sequence, CancellationToken cancel)
    {
        for (var token = 0; token < GenerateTokens; token++)
        {
            cancel.ThrowIfCancellationRequested();
            sequence.Append([3 + token]);
        }
    }
}
