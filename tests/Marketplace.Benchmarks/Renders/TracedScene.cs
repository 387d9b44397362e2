using System.Diagnostics;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// What the suites of renders have in common: the scene, the size of its picture, and the device that traces it.
/// </summary>
internal sealed record TracedScene
{
    /// <summary>The options that are read here, for a suite's usage line.</summary>
    public const string Usage = "[--scene FILE|demo|forest] [--trees N] [--environment FILE.hdr] [--width N] [--height N] [--spp N] "
        + "[--threads N] [--device D] [--flatten 0|1]";

    public const string CameraUsage = "[--azimuth DEG] [--elevation DEG]";

    private const int AzimuthNone = -1;
    private const string Demo = "demo";
    private const string Forest = "forest";
    private const int TreesDefault = 300;
    private const int TreesMax = 1_000_000;
    private const int Leaves = 4_000;
    private const int WidthDefault = 640;
    private const int HeightDefault = 360;
    private const int SamplesDefault = 64;

    private string Path { get; init; } = Demo;

    private string? Environment { get; init; }

    private int Trees { get; init; }

    /// <summary>Every copy of a mesh is kept, as where there are no instances.</summary>
    private bool Flatten { get; init; }

    private int Azimuth { get; init; }

    private int Elevation { get; init; }

    private DeviceChoice Choice { get; init; }

    public int Width { get; private init; }

    public int Height { get; private init; }

    public int Samples { get; private init; }

    public int Threads { get; private init; }

    /// <summary>Takes the options; a picture smaller than the suite can use is refused.</summary>
    /// <exception cref="FormatException">One of them is out of its range.</exception>
    public static TracedScene From(SuiteOptions options, int widthMin = 1, int heightMin = 1, int samplesMin = 1) => new()
    {
        Path = options.Text("--scene") ?? Demo,
        Environment = options.Text("--environment"),
        Trees = options.Number("--trees", TreesDefault, 1, TreesMax),
        Flatten = options.Number("--flatten", 0, 0, 1) == 1,
        Azimuth = options.Number("--azimuth", AzimuthNone, 0, 359),
        Elevation = options.Number("--elevation", 15, 0, 89),
        Width = options.Number("--width", WidthDefault, widthMin, RenderView.SizeMax),
        Height = options.Number("--height", HeightDefault, heightMin, RenderView.SizeMax),
        Samples = options.Number("--spp", SamplesDefault, samplesMin, SampleRange.SamplesMax),
        Threads = options.Number("--threads", System.Environment.ProcessorCount, 1, HostWorkers.ThreadsMax),
        Choice = DeviceChoice.Parse(options.Text("--device") ?? "host"),
    };

    /// <summary>Reads the scene; the time leaves out the making of a file and the reading of its light.</summary>
    public (Scene Scene, TimeSpan Load) Read()
    {
        var made = Path switch
        {
            Demo => ProceduralScene.ToGlb(),
            Forest => ForestScene.ToGlb(Trees, Leaves),
            _ => null,
        };
        var options = new SceneOptions
        {
            Environment = Environment is null ? null : EnvironmentMap.Read(Environment),
            SavedTrianglesMin = Flatten ? long.MaxValue : GltfSharing.SavedTrianglesMin,
        };
        var watch = Stopwatch.StartNew();
        var scene = made is null ? SceneReader.Read(Path, options) : SceneReader.Read(made, options);

        return (scene, watch.Elapsed);
    }

    /// <summary>The orbit that was asked for, else the scene's first camera.</summary>
    public Camera CameraOf(Scene scene) =>
        Azimuth < 0 ? scene.Cameras[0] : Camera.Orbit(scene.Low, scene.High, Azimuth, Elevation);

    public ComputeDevice Open() => ComputeDevice.Open(Choice, Threads);

    /// <summary>What is seen through a camera; its sums are not clamped.</summary>
    public RenderView View(Camera camera) =>
        new() { Width = Width, Height = Height, Camera = camera, Seed = 1 };
}
