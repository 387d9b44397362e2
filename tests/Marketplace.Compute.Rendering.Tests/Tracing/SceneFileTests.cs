using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Compute.Rendering.Verification;
using Marketplace.Domain.Verification;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

/// <summary>
/// Every real scene: devices agree on it by the rule by which units are judged, and it looks as it did when its
/// means were written down. A picture that differs is written beside them as <c>.actual.json</c>, for a person to look
/// at before it is taken over.
/// </summary>
public sealed class SceneFileTests(KernelDevices devices)
{
    private const string Demo = "demo";
    private const string Sky = "royal_esplanade_1k.hdr";
    private const int Block = 8;
    private const int MeanSamples = 64;

    /// <summary>File, clip that poses it half a second in, and whether the picture of a sky lights it.</summary>
    public static TheoryData<string, string?, bool> Scenes => new()
    {
        { Demo, null, false },
        { "AttenuationTest.glb", null, true },
        { "ClearCoatTest.glb", null, true },
        { "CornellBox.glb", null, false },
        { "FlightHelmet/FlightHelmet.gltf", null, true },
        { "Fox.glb", "Run", false },
        { "GeometryCameraLight.glb", null, false },
        { "MorphStressTest.glb", "TheWave", false },
        { "PunctualLights.glb", null, false },
        { "TransmissionRoughnessTest.glb", null, true },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Scenes))]
    public void The_kernel_on_the_CPU_accelerator_and_the_Host_agree(string file, string? clip, bool hasSky)
    {
        var found = Compare(Read(file, clip, hasSky), devices.Interpreter, 16, 9, 2);

        // The Host meets triangles in another order, which may cost the last bit of a hit.
        Assert.True(found is { MeanDifference: < 1e-6, Astray: 0 } && Agrees(found), $"{found}");
    }

    [Theory]
    [Trait("Category", "Kernel")]
    [MemberData(nameof(Scenes))]
    public void A_device_and_the_Host_agree(string file, string? clip, bool hasSky)
    {
        var device = devices.Named;
        var found = Compare(Read(file, clip, hasSky), device, 64, 36, SampleRange.Batch);

        Assert.True(Agrees(found), $"{found}");
    }

    [Theory]
    [MemberData(nameof(Scenes))]
    public void A_scene_looks_as_it_did(string file, string? clip, bool hasSky)
    {
        var scene = Read(file, clip, hasSky);
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var view = Pictures.View(scene, 64, 36);
        var picture = Pictures.Render(tracer, view, MeanSamples, 64, 4);
        AssertFinite(picture);
        var seen = Means(picture, view);
        var name = Path.GetFileNameWithoutExtension(file);
        var golden = Path.Combine(Folder(), $"{name}.json");

        if (!File.Exists(golden) || WhyOther(JsonSerializer.Deserialize<float[][]>(File.ReadAllText(golden))!, seen)
            is { } why)
        {
            var actual = Path.Combine(Folder(), $"{name}.actual.json");
            File.WriteAllText(actual, Written(seen, view.Width / Block));
            Assert.Fail($"{name} has changed: compare {golden} with {actual}.");
        }
    }

    private static bool Agrees(LeafFinding found) => LeafJudge.Judge(
        new(found.Pixels, found.Informative, found.Agreeing, found.MeanDifference, found.Astray))
            is LeafVerdict.Accepted or LeafVerdict.Uninformative;

    private static LeafFinding Compare(Scene scene, ComputeDevice device, int width, int height, int samples)
    {
        using var processor = new HostDevice(2);
        using var host = new PathTracer(scene, processor);
        using var kernel = new PathTracer(scene, device);
        var view = Pictures.View(scene, width, height);
        var claimed = kernel.Trace(view, new Tile(0, 0, width, height), new SampleRange(0, samples), Cancel);
        AssertFinite(claimed.Values);

        return LeafAudit.Check(host, view, claimed, Cancel);
    }

    /// <summary>Where a value is no number, no mean differs from anything.</summary>
    private static void AssertFinite(ReadOnlySpan<float> values)
    {
        for (var at = 0; at < values.Length; at++)
        {
            Assert.True(float.IsFinite(values[at]), $"channel {at % 3} of pixel {at / 3} is {values[at]}");
        }
    }

    private static Scene Read(string file, string? clip, bool hasSky)
    {
        var options = new SceneOptions
        {
            Animation = clip,
            AnimationSeconds = clip is null ? 0f : 0.5f,
            Environment = hasSky ? EnvironmentMap.Read(TestScenes.DataFile(Sky)) : null,
        };

        return file == Demo
            ? SceneReader.Read(ProceduralScene.ToGlb(), options)
            : SceneReader.Read(TestScenes.DataFile(file), options);
    }

    /// <summary>The mean of each block of pixels, row by row; the last row of blocks may be lower than the others.</summary>
    private static float[][] Means(float[] picture, RenderView view) =>
    [
        .. Tile.Cut(view.Width, view.Height, Block).Select(block => Enumerable.Range(0, 3).Select(channel =>
            (float)Enumerable.Range(0, block.Pixels).Average(at => (double)picture[
                ((((block.Y + (at / block.Width)) * view.Width) + block.X + (at % block.Width)) * 3) + channel]))
            .ToArray()),
    ];

    /// <summary>The first block that is off by more than 2 %, and by more than a trace of the picture's mean.</summary>
    private static string? WhyOther(float[][] golden, float[][] seen)
    {
        var trace = golden.Average(block => block.Average()) * 0.002f;

        return golden.Length != seen.Length
            ? $"{seen.Length} blocks"
            : golden.Zip(seen).Index().Where(pair => pair.Item.First.Zip(pair.Item.Second).Any(
                    value => !(Math.Abs(value.First - value.Second) <= (0.02f * value.First) + trace)))
                .Select(pair => $"block {pair.Index}").FirstOrDefault();
    }

    private static string Written(float[][] means, int columns)
    {
        var text = new StringBuilder("[\n");

        foreach (var (row, blocks) in means.Chunk(columns).Index())
        {
            text.Append(row == 0 ? "  " : ",\n  ").AppendJoin(
                ", ",
                blocks.Select(block => $"[{string.Join(", ", block.Select(
                    value => value.ToString("G4", CultureInfo.InvariantCulture)))}]"));
        }

        return text.Append("\n]\n").ToString();
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "global.json")))
            {
                return Path.Combine(
                    folder.FullName, "tests", "Marketplace.Compute.Rendering.Tests", "Tracing", "SceneMeans");
            }
        }

        Assert.Skip("The test does not run from within the repository.");

        return "";
    }
}
