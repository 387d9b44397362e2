using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>What a reader found.</summary>
public abstract record SceneReading
{
    private SceneReading()
    {
    }

    /// <summary>A scene that can be rendered.</summary>
    public sealed record Facts(
        long Triangles,
        int Textures,
        long MemoryBytes,
        IReadOnlyList<string> Cameras,
        IReadOnlyList<string> UnsupportedExtensions,
        IReadOnlyList<SceneAnimation> Animations) : SceneReading;

    /// <summary>No usable scene; the text names the offence and the offset.</summary>
    public sealed record Fault(string Why) : SceneReading;
}
