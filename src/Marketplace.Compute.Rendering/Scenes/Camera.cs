using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// Where the picture is taken from, Y up. Perspective by the vertical field of view, or orthographic where
/// <see cref="OrthographicHalfHeight"/> is set.
/// </summary>
public sealed record Camera
{
    public string Name { get; init; } = "";

    public required Vec3 Position { get; init; }

    public required Vec3 Target { get; init; }

    public Vec3 Up { get; init; } = new(0f, 1f, 0f);

    /// <summary>In degrees, between 0 and 180. A picture less wide than high keeps it.</summary>
    public float VerticalFovDegrees { get; init; } = 45f;

    /// <summary>Half the height of the picture in scene units; null for perspective.</summary>
    public float? OrthographicHalfHeight { get; init; }

    /// <summary>
    /// Looks at the box's centre from 0.9 r / sin 22.5 degrees, r being half its diagonal; angles in degrees,
    /// azimuth from +Z towards +X.
    /// </summary>
    public static Camera Orbit(Vec3 low, Vec3 high, float azimuthDegrees = 30f, float elevationDegrees = 15f)
    {
        var centre = (low + high) * 0.5f;
        var radius = Num.Max((high - low).Length() * 0.5f, 1e-6f);
        Num.SinCosTurns(Turns(azimuthDegrees), out var sinAzimuth, out var cosAzimuth);
        Num.SinCosTurns(Turns(elevationDegrees), out var sinElevation, out var cosElevation);
        var away = new Vec3(cosElevation * sinAzimuth, sinElevation, cosElevation * cosAzimuth);

        return new Camera
        {
            Name = "orbit",
            Position = centre + (away * (0.9f * radius / 0.38268343f)),
            Target = centre,
            VerticalFovDegrees = 45f,
        };
    }

    internal static float Turns(float degrees)
    {
        var turns = degrees / 360f;

        return turns - Num.Floor(turns);
    }
}
