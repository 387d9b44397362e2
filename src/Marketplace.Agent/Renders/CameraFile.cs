using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Agent.Renders;

/// <summary>
/// A camera as JSON: <c>{"position":[0,1,4],"target":[0,1,0],"up":[0,1,0],"verticalFov":40}</c>, as an order names one;
/// the last two may be left out. <c>verticalFovDegrees</c> is another name for the last.
/// </summary>
internal static class CameraFile
{
    private const int BytesMax = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <exception cref="AgentFault">The file is no camera.</exception>
    public static Camera Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > BytesMax)
            {
                throw new JsonException($"it has over {BytesMax} bytes");
            }

            var stored = JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path), Json)
                ?? throw new JsonException("it is empty");
            var camera = new Camera
            {
                Name = Path.GetFileName(path),
                Position = Vector(stored.Position, "position"),
                Target = Vector(stored.Target, "target"),
                Up = stored.Up is null ? new Vec3(0f, 1f, 0f) : Vector(stored.Up, "up"),
                VerticalFovDegrees = FovOf(stored),
            };

            return camera.Position != camera.Target
                ? camera
                : throw new JsonException("target: is the position, so that the camera looks nowhere");
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--camera: '{path}': {fault.Message}", fault);
        }
    }

    private static float FovOf(Stored stored)
    {
        if (stored.VerticalFov is not null && stored.VerticalFovDegrees is not null)
        {
            throw new JsonException("verticalFov: given twice, as verticalFovDegrees, too");
        }

        var fov = stored.VerticalFov ?? stored.VerticalFovDegrees ?? 45f;

        return fov is > 0f and < 180f
            ? fov
            : throw new JsonException($"verticalFov: {fov} found, allowed are above 0 and below 180");
    }

    private static Vec3 Vector(float[]? values, string name) =>
        values is { Length: 3 } && values.All(float.IsFinite)
            ? new Vec3(values[0], values[1], values[2])
            : throw new JsonException($"{name}: expected three numbers");

    private sealed record Stored
    {
        public float[]? Position { get; init; }

        public float[]? Target { get; init; }

        public float[]? Up { get; init; }

        public float? VerticalFov { get; init; }

        public float? VerticalFovDegrees { get; init; }
    }
}
