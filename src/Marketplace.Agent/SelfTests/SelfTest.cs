using System.Globalization;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Renders;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Numerics;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;

namespace Marketplace.Agent.SelfTests;

/// <summary>
/// Known answers on one device: random numbers, a small model and a small scene that need no files of their own.
/// </summary>
internal sealed class SelfTest(ComputeDevice device)
{
    private const int Tokens = 24;
    private const int Edge = 32;
    private const float Tolerance = 2e-3f;

    // Written by the Host device of this version; a change of engine that moves them changes what renters get.
    private static readonly int[] KnownTokens =
    [
        217, 28, 57, 44, 86, 240, 44, 86, 27, 123, 222, 86, 198, 123, 81, 44, 81, 69, 72, 222, 0,
    ];

    // Sixteen samples a pixel; the picture converges to 0.3383, 0.2541, 0.2097.
    private static readonly float[] KnownMeans = [0.34931f, 0.25900f, 0.21323f];

    /// <summary>What the known means were traced with.</summary>
    private const float KnownMeansBound = 10f;

    /// <summary>Each finding's name, and null or what was wrong.</summary>
    public IEnumerable<(string Name, string? Wrong)> Run(CancellationToken cancel)
    {
        yield return ("random numbers", RandomNumbers());
        yield return ("language model", LanguageModel(cancel));
        yield return ("path tracer", PathTracer(cancel));
    }

    /// <summary>Vectors of Random123 (Salmon et al. 2011), kat_vectors.</summary>
    private static string? RandomNumbers()
    {
        var zeros = Philox.Words(0, 0, 0, 0, 0);
        var ones = Philox.Words(ulong.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue);

        return zeros == (0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)
            && ones == (0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)
            ? null
            : $"Philox4x32-10 gives {zeros} and {ones}";
    }

    private string? LanguageModel(CancellationToken cancel)
    {
        using var file = SyntheticModel.Write(RandomLlama.ShapeTiny);
        using var model = LoadedModel.Open(file.FilePath, device);
        var tokens = new List<int>();
        model.Make(new GenerationRequest("abc", Tokens, 0, 0, []), token => tokens.Add(token.Id), cancel);

        return tokens.SequenceEqual(KnownTokens)
            ? null
            : $"expected the tokens {string.Join(",", KnownTokens)}, found {string.Join(",", tokens)}";
    }

    private string? PathTracer(CancellationToken cancel)
    {
        using var scene = new PreparedScene(SceneReader.Read(CalibrationScene.ToGlb()), device);
        var view = new RenderView
        {
            Width = Edge,
            Height = Edge,
            Camera = scene.Scene.Cameras[0],
            Seed = 7,
            MaxBounces = 4,
            IndirectMax = KnownMeansBound,
        };
        var samples = new SampleRange(0, SampleRange.Batch);
        var sums = scene.Trace(view, new Tile(0, 0, Edge, Edge), samples, cancel);
        var means = new float[3];

        for (var at = 0; at < sums.Values.Length; at++)
        {
            means[at % 3] += sums.Values[at] / (Edge * Edge * samples.Count);
        }

        return means.Zip(KnownMeans).All(pair => MathF.Abs(pair.First - pair.Second) <= Tolerance * pair.Second)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture, $"expected means of {Shown(KnownMeans)}, found {Shown(means)}");
    }

    private static string Shown(float[] values) =>
        string.Join(" ", values.Select(value => value.ToString("0.00000", CultureInfo.InvariantCulture)));
}
