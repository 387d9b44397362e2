using System.Diagnostics;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Renders;
using Marketplace.Agent.SelfTests;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;

namespace Marketplace.Agent.Benches;

/// <summary>A few seconds of each kind of work on one device; no more than a first impression.</summary>
internal sealed class DeviceBench(ComputeDevice device)
{
    private const int Tokens = 48;
    private const int Edge = 128;
    private const long BandwidthBytes = 256L << 20;

    /// <summary>About 30 million parameters, 118 MB of weights.</summary>
    private static readonly LlamaShape Shape = RandomLlama.ShapeTiny with
    {
        Dimension = 512,
        FeedForward = 1_376,
        Layers = 8,
        Heads = 8,
        KeyValueHeads = 8,
        Vocabulary = 4_096,
    };

    public IEnumerable<(string Name, double Value, string Unit)> Run(CancellationToken cancel)
    {
        if (device is HostDevice host)
        {
            yield return ("memory read", ReadBandwidth.Measure(host.Workers, BandwidthBytes, 3) / 1e9, "GB/s");
        }

        yield return ("path tracing", SamplesPerSecond(cancel) / 1e6, "Msamples/s");

        var (tokens, bytes) = TokensPerSecond(cancel);
        yield return ("text, 30 M parameters, f32", tokens, "tokens/s");
        yield return ("weights read", tokens * bytes / 1e9, "GB/s");
    }

    private double SamplesPerSecond(CancellationToken cancel)
    {
        using var scene = new PreparedScene(SceneReader.Read(CalibrationScene.ToGlb()), device);
        var view = new RenderView { Width = Edge, Height = Edge, Camera = scene.Scene.Cameras[0], MaxBounces = 8 };
        var tile = new Tile(0, 0, Edge, Edge);

        // The first batch pays for compiling.
        scene.Trace(view, tile, new SampleRange(0, SampleRange.Batch), cancel);
        var started = Stopwatch.GetTimestamp();
        scene.Trace(view, tile, new SampleRange(SampleRange.Batch, SampleRange.Batch), cancel);

        return Edge * Edge * SampleRange.Batch / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private (double TokensPerSecond, long BytesPerToken) TokensPerSecond(CancellationToken cancel)
    {
        using var file = SyntheticModel.Write(Shape);
        using var model = LoadedModel.Open(file.FilePath, device);
        var made = 0;
        var started = 0L;

        // The first token pays for loading the weights.
        model.Make(
            new GenerationRequest("", Tokens, 1, 1, []),
            _ =>
            {
                started = made == 0 ? Stopwatch.GetTimestamp() : started;
                made++;
            },
            cancel);

        return ((made - 1) / Stopwatch.GetElapsedTime(started).TotalSeconds, model.Model.BytesPerToken);
    }
}
