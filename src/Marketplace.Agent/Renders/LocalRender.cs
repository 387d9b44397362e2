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
    ulong Seed,
    string? Camera,
    string? EnvironmentPath,
    ToneMap ToneMap)
{
    private const int TileEdge = 128;
    private const int BatchesPerUnit = 8;

    public void Run(ComputeDevice device, ProgressLine progress, CancellationToken cancel)
    {
        using var prepared = new PreparedScene(ReadScene(), device);
        var view = new RenderView
        {
            Width = Width,
            Height = Height,
            Camera = CameraOf(prepared.Scene),
            Seed = Seed,
            MaxBounces = MaxBounces,
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

                progress.Report(film.SamplesDone, total);
            }
        }

        Write(film);
    }

    private Scene ReadScene()
    {
        try
        {
            var environment = EnvironmentPath is { } path ? ReadEnvironment(path) : null;

            return SceneReader.Read(ScenePath, new SceneOptions { Environment = environment });
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
    private void Write(FrameFilm film)
    {
        var temporary = PicturePath + ".part";

        try
        {
            using (var file = File.Create(temporary))
            {
                if (PicturePath.EndsWith(".exr", StringComparison.OrdinalIgnoreCase))
                {
                    film.ToExr(ExrPrecision.Half, file);
                }
                else
                {
                    film.ToPng(ToneMap, file);
                }
            }

            File.Move(temporary, PicturePath, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--out: {fault.Message}", fault);
        }
    }
}
