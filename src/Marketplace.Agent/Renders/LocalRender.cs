using Marketplace.Agent.CommandLine;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Agent.Renders;

/// <summary>A picture of a local scene, cut into units as the market would cut it.</summary>
internal sealed record LocalRender(
    string ScenePath,
    string PicturePath,
    int Width,
    int Height,
    int Samples,
    int MaxBounces,
    float IndirectMax,
    ulong Seed,
    string? Camera,
    string? EnvironmentPath,
    ToneMap ToneMap,
    Motion Motion)
{
    private const int TileEdge = 128;
    private const int BatchesPerUnit = 8;
    private const string PngEnding = ".png";
    private const string WebpEnding = ".webp";
    private const string ExrEnding = ".exr";

    /// <summary>What a picture's name may end in: it says which file is written.</summary>
    public static IReadOnlyList<string> Endings { get; } = [PngEnding, WebpEnding, ExrEnding];

    private bool IsWebp => PicturePath.EndsWith(WebpEnding, StringComparison.OrdinalIgnoreCase);

    /// <param name="warnings">Told what the picture leaves out of the scene, as an upload of it is.</param>
    public void Run(ComputeDevice device, ProgressLine progress, TextWriter warnings, CancellationToken cancel)
    {
        if (Motion.Frames > 1 && !IsWebp)
        {
            throw new AgentFault(
                ExitCodes.Usage,
                $"--frames: {Motion.Frames} pictures go into one {WebpEnding} file, --out names another");
        }

        var environment = EnvironmentPath is { } path ? ReadEnvironment(path) : null;
        var scene = ReadScene(Motion.First, environment);
        Warn(scene.Facts, warnings);

        if (Motion.Frames == 1)
        {
            var png = Frame(scene, 0, device, progress, cancel);
            Write(IsWebp ? WebpPicture.FromPng(png) : png);

            return;
        }

        using var moving = new AnimatedPicture(Motion.Frames, TimeSpan.FromSeconds(1.0 / Motion.FramesPerSecond));

        for (var done = 0; done < Motion.Frames; done++)
        {
            scene = done == 0 ? scene : ReadScene(Motion.First + done, environment);
            using var picture = new MemoryStream(Frame(scene, done, device, progress, cancel));
            moving.Add(picture);
        }

        using var file = new MemoryStream();
        moving.Write(file);
        Write(file.ToArray());
    }

    private static void Warn(SceneFacts scene, TextWriter warnings)
    {
        if (scene.UnsupportedExtensions is { Count: > 0 } extensions)
        {
            warnings.WriteLine($"render: warning: extensions that are not drawn: {string.Join(", ", extensions)}");
        }

        if (scene.IgnoredAttributes is { Count: > 0 } attributes)
        {
            warnings.WriteLine($"render: warning: attributes that are ignored: {string.Join(", ", attributes)}");
        }
    }

    /// <summary>The file of a frame, PNG or OpenEXR; the frame is the one after so many others.</summary>
    private byte[] Frame(
        Scene scene, int done, ComputeDevice device, ProgressLine progress, CancellationToken cancel)
    {
        using var prepared = new PreparedScene(scene, device);
        var view = new RenderView
        {
            Width = Width,
            Height = Height,
            Camera = CameraOf(prepared.Scene),
            Seed = Seed,
            Frame = Motion.First + done,
            MaxBounces = MaxBounces,
            IndirectMax = IndirectMax,
        };
        var film = new FrameFilm(Width, Height, Samples, view.Frame, Seed);
        var total = (long)Width * Height * Samples;

        foreach (var tile in Tile.Cut(Width, Height, TileEdge))
        {
            foreach (var range in SampleRange.Cut(Samples, BatchesPerUnit))
            {
                if (film.Add(prepared.Trace(view, tile, range, cancel)) != AddOutcome.Added)
                {
                    throw new InvalidOperationException($"The film does not take {tile} {range}.");
                }

                progress.Report((total * done) + film.SamplesDone, total * Motion.Frames);
            }
        }

        if (!PicturePath.EndsWith(ExrEnding, StringComparison.OrdinalIgnoreCase))
        {
            return film.ToPng(ToneMap);
        }

        using var linear = new MemoryStream();
        film.ToExr(ExrPrecision.Half, linear);

        return linear.ToArray();
    }

    private Scene ReadScene(int frame, EnvironmentMap? environment)
    {
        try
        {
            return SceneReader.Read(ScenePath, new SceneOptions
            {
                Environment = environment,
                Animation = Motion.Animation,
                AnimationSeconds = (float)frame / Motion.FramesPerSecond,
            });
        }
        catch (SceneFormatException fault)
        {
            throw new AgentFault(ExitCodes.Input, $"--scene: '{ScenePath}': {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--scene: {fault.Message}", fault);
        }
    }

    private static EnvironmentMap ReadEnvironment(string path)
    {
        try
        {
            return EnvironmentMap.Read(path);
        }
        catch (Exception fault) when (fault is SceneFormatException or IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--environment: '{path}': {fault.Message}", fault);
        }
    }

    private Camera CameraOf(Scene scene)
    {
        if (Camera is not null && File.Exists(Camera))
        {
            return CameraFile.Read(Camera);
        }

        return scene.FindCamera(Camera) ?? throw new AgentFault(
            ExitCodes.Input,
            $"--camera: '{Camera}' is no file and no camera of the scene, which has "
                    + string.Join(", ", scene.Facts.Cameras)
            + (scene.Facts.Cameras.Count == 0 ? "none" : ""));
    }

    /// <summary>Whole or not at all.</summary>
    private void Write(byte[] picture)
    {
        var temporary = PicturePath + ".part";

        try
        {
            File.WriteAllBytes(temporary, picture);
            File.Move(temporary, PicturePath, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--out: {fault.Message}", fault);
        }
    }
}
