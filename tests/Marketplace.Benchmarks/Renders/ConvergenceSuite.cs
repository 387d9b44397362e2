using System.Diagnostics;
using System.Globalization;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// What a picture's error costs: relative squared error at rising sample counts against a long render with another seed,
/// and that error times the processor seconds, which is the number to compare renderers by. With a picture by another
/// renderer (a PF map of the same view) it says how far the two are apart, and with a second one, made with another seed,
/// how large that renderer's own error is: half of the squared difference of two independent pictures.
/// </summary>
internal sealed class ConvergenceSuite : IBenchmarkSuite
{
    private const int TileSize = 128;
    private const ulong ReferenceSeed = 1000;
    private const int ReferenceDefault = 1024;

    public string Name => "convergence";

    public string Usage =>
        $"{TracedScene.Usage} {TracedScene.CameraUsage} [--reference N] [--peer FILE.pfm [--peer-again FILE.pfm] "
        + "[--beside FILE.webp]] [--reference-out FILE.pfm]";

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var traced = TracedScene.From(options);
        var samples = options.Number("--reference", ReferenceDefault, SampleRange.Batch, SampleRange.SamplesMax);
        var peer = options.Text("--peer");
        var again = options.Text("--peer-again");
        var beside = options.Text("--beside");
        var file = options.Text("--reference-out");
        options.ExpectNoMore();

        var (scene, _) = traced.Read();
        using var device = traced.Open();
        using var tracer = new PathTracer(scene, device);
        var view = traced.View(traced.CameraOf(scene));
        Render(tracer, view, 1, cancel);
        var truth = Render(tracer, view with { Seed = ReferenceSeed }, samples, cancel);

        if (file is not null)
        {
            FloatPicture.Write(file, truth, view.Width);
        }

        var results = new List<BenchmarkResult>();

        for (var count = 4; count <= traced.Samples; count *= 4)
        {
            results.AddRange(Point(tracer, view, count, truth, cancel));
        }

        if (peer is not null)
        {
            var other = FloatPicture.Read(peer, view.Width, view.Height);
            results.AddRange(Errors("peer", PictureError.Between(other, truth, view.Width)));

            if (beside is not null)
            {
                File.WriteAllBytes(beside, SideBySide.ToWebp(other, truth, view.Width));
            }

            if (again is not null)
            {
                var apart = PictureError.Between(other, FloatPicture.Read(again, view.Width, view.Height), view.Width);
                results.Add(new("peer.own_relmse", apart.RelMse * 0.5 * 1e3, "/ 1000"));
                results.Add(new("peer.own_relmse_trimmed", apart.Trimmed * 0.5 * 1e3, "/ 1000"));
            }
        }

        return Task.FromResult<IReadOnlyList<BenchmarkResult>>(results);
    }

    private static IEnumerable<BenchmarkResult> Point(
        PathTracer tracer, RenderView view, int samples, float[] truth, CancellationToken cancel)
    {
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var picture = Render(tracer, view, samples, cancel);
        var processor = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        var error = PictureError.Between(picture, truth, view.Width);
        var name = string.Create(CultureInfo.InvariantCulture, $"spp{samples}");

        return
        [
            .. Errors(name, error),
            new($"{name}.cpu_seconds", processor, "s"),
            new($"{name}.cost", error.RelMse * processor * 1e3, "relMSE x cpu-s / 1000"),
        ];
    }

    /// <summary>In thousandths, as reports show two places.</summary>
    private static IEnumerable<BenchmarkResult> Errors(string name, PictureError error) =>
    [
        new($"{name}.relmse", error.RelMse * 1e3, "/ 1000"),
        new($"{name}.relmse_trimmed", error.Trimmed * 1e3, "/ 1000"),
        new($"{name}.ssim", error.Ssim * 1e3, "/ 1000"),
        new($"{name}.brighter_by", error.Bias * 1e3, "/ 1000"),
    ];

    private static float[] Render(PathTracer tracer, RenderView view, int samples, CancellationToken cancel)
    {
        var film = new FrameFilm(view.Width, view.Height, samples, view.Frame, view.Seed);

        foreach (var tile in Tile.Cut(view.Width, view.Height, TileSize))
        {
            film.Add(tracer.Trace(view, tile, new SampleRange(0, samples), cancel));
        }

        return film.ToRadiance();
    }
}
