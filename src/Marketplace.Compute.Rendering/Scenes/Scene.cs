using System.Globalization;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A scene in memory, ready for any device. It never changes, so it may be shared between tracers.</summary>
public sealed class Scene
{
    internal Scene(SceneTables tables, SceneFacts facts, IReadOnlyList<Camera> cameras, Vec3 low, Vec3 high)
    {
        Tables = tables;
        Facts = facts;
        Cameras = cameras;
        Low = low;
        High = high;
    }

    public SceneFacts Facts { get; }

    /// <summary>The file's cameras; never empty: without one there is the default orbit camera.</summary>
    public IReadOnlyList<Camera> Cameras { get; }

    /// <summary>The lowest corner of the box around all triangles.</summary>
    public Vec3 Low { get; }

    public Vec3 High { get; }

    internal SceneTables Tables { get; }

    /// <summary>The camera of that name, else the one of that number, else null. No name: the first.</summary>
    public Camera? FindCamera(string? nameOrNumber) =>
        string.IsNullOrEmpty(nameOrNumber)
            ? Cameras[0]
            : Cameras.FirstOrDefault(camera => string.Equals(camera.Name, nameOrNumber, StringComparison.Ordinal))
                ?? (int.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number >= 0 && number < Cameras.Count
                    ? Cameras[number]
                    : null);
}
