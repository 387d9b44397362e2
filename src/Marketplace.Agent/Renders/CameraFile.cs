using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Agent.Renders;

/// <summary>
/// A camera as JSON: <c>{"position":[0,1,4],"target":[0,1,0],"up":[0,1,0],"verticalFovDegrees":40}</c>; the last two
/// may be left out.
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
            var fov = stored.VerticalFovDegrees ?? 45f;

            return new Camera
            {
                Name = Path.GetFileName(path),
                Position = Vector(stored.Position, "position"),
                Target = Vector(stored.Target, "target"),
                Up = stored.Up is null ? new Vec3(0f, 1f, 0f) : Vector(stored.Up, "up"),
                VerticalFovDegrees = fov is > 0f and < 180f
                    ? fov
                    : throw new JsonException($"verticalFovDegrees: {fov} found, allowed are above 0 and below 180"),
            };
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new AgentFault(ExitCodes.Input, $"--camera: '{path}': {fault.Message}", fault);
        }
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

        public float? VerticalFovDegrees { get; init; }
    }
}
