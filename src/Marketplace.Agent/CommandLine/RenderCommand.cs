using System.CommandLine;
using System.Globalization;
using Marketplace.Agent.Renders;
using Marketplace.Compute.Rendering.Film;

namespace Marketplace.Agent.CommandLine;

/// <summary><c>render</c>: a picture of a local scene, by the code that renders for the market.</summary>
internal static class RenderCommand
{
    private const int EdgeMax = 16_384;
    private const int SamplesMax = 1 << 20;
    private const int BouncesMax = 64;
    private const float IndirectMaxLimit = 1_000_000;
    private const int FrameMax = 1_000_000;
    private const int RateMax = 240;

    public static Command Make()
    {
        var scene = new Option<string>("--scene") { Description = "A .glb or .gltf file.", Required = true };
        var picture = new Option<string>("--out")
        {
            Description = "The file to write: its name ends in .png, .webp, or .exr for OpenEXR.",
            Required = true,
        };
        var width = Number("--width", "Pixels.", 512);
        var height = Number("--height", "Pixels.", 512);
        var samples = Number("--spp", "Samples per pixel.", 64);
        var bounces = Number("--max-bounces", "Bounces after the first hit.", 8);
        var indirect = Option(
            "--indirect-max", "Most that one indirect contribution adds to a channel; 0 is no bound.", 0f);
        var seed = Option("--seed", "Same seed, same picture.", 0UL);
        var camera = Option<string?>(
            "--camera", "Number or name of a camera of the scene, or a JSON file with position and target.", null);
        var environment = Option<string?>("--environment", "A Radiance .hdr file.", null);
        var toneMap = Option("--tone-map", "How light becomes a PNG.", ToneMap.PbrNeutral);
        var animation = Option<string?>("--animation", "Clip that poses the scene, by name or number.", null);
        var frame = Number("--frame", "The first frame; its time is the frame over the rate.", 0);
        var frames = Number("--frames", "Frames one after the other; more than one need --out FILE.webp.", 1);
        var rate = Number("--fps", "Frames a second.", 24);
        var device = DeviceOptions.Device();
        var threads = DeviceOptions.Threads();
        var command = new Command("render", "Renders a local scene without the market.")
        {
            scene, picture, width, height, samples, device, camera, environment, seed, bounces, indirect, threads,
            toneMap, animation, frame, frames, rate,
        };

        command.SetAction((parsed, cancel) =>
        {
            var wanted = new LocalRender(
                parsed.GetRequiredValue(scene),
                PictureFile(parsed.GetRequiredValue(picture)),
                Within("--width", parsed.GetValue(width), EdgeMax),
                Within("--height", parsed.GetValue(height), EdgeMax),
                Within("--spp", parsed.GetValue(samples), SamplesMax),
                Within("--max-bounces", parsed.GetValue(bounces), BouncesMax, 0),
                Bound(parsed.GetValue(indirect)),
                parsed.GetValue(seed),
                parsed.GetValue(camera),
                parsed.GetValue(environment),
                parsed.GetValue(toneMap),
                new Motion(
                    parsed.GetValue(animation),
                    Within("--frame", parsed.GetValue(frame), FrameMax, 0),
                    Within("--frames", parsed.GetValue(frames), AnimatedPicture.PicturesMax),
                    Within("--fps", parsed.GetValue(rate), RateMax)));
            var error = parsed.InvocationConfiguration.Error;

            using var opened = DeviceOptions.Open(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            wanted.Run(opened, new ProgressLine("render", error), error, cancel);

            return Task.FromResult(ExitCodes.Success);
        });

        return command;
    }

    private static Option<int> Number(string name, string description, int byDefault) =>
        Option(name, description, byDefault);

    private static Option<T> Option<T>(string name, string description, T byDefault) =>
        new(name) { Description = description, DefaultValueFactory = _ => byDefault };

    private static int Within(string option, int value, int max, int min = 1) => value >= min && value <= max
        ? value
        : throw new AgentFault(ExitCodes.Usage, $"{option}: {value} found, allowed are {min} to {max}");

    // Minus zero becomes zero.
    internal static float Bound(float value) => value is >= 0 and <= IndirectMaxLimit
        ? value + 0f
        : throw new AgentFault(
            ExitCodes.Usage,
            string.Create(
                CultureInfo.InvariantCulture, $"--indirect-max: {value} found, allowed are 0 to {IndirectMaxLimit}"));

    /// <summary>Found out before the work, not after it.</summary>
    private static string PictureFile(string path)
    {
        var full = Path.GetFullPath(path);

        if (!LocalRender.Endings.Contains(Path.GetExtension(full), StringComparer.OrdinalIgnoreCase))
        {
            var allowed = string.Join(", ", LocalRender.Endings);
            throw new AgentFault(
                ExitCodes.Usage, $"--out: '{path}' ends in none of {allowed}: they say what is written");
        }

        return Directory.Exists(Path.GetDirectoryName(full)) && !Directory.Exists(full)
            ? full
            : throw new AgentFault(ExitCodes.Input, $"--out: '{path}' is not a file in a folder that exists");
    }
}
