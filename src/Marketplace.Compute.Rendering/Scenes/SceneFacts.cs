namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>What a customer is told of an uploaded scene.</summary>
public sealed record SceneFacts
{
    /// <summary>Triangles in memory: those of a mesh that is drawn as instances count once.</summary>
    public required int Triangles { get; init; }

    public required int Textures { get; init; }

    public required long TexturePixels { get; init; }

    public required int Materials { get; init; }

    /// <summary>Emissive triangles and punctual lights.</summary>
    public required int Lights { get; init; }

    /// <summary>
    /// Memory for the scene's tables on the device that takes most, which is the Host; without films.
    /// </summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Names in the file's order; a camera without a name is called by its number.</summary>
    public required IReadOnlyList<string> Cameras { get; init; }

    public required IReadOnlyList<AnimationFacts> Animations { get; init; }

    /// <summary>
    /// Extensions the file uses and this renderer does not draw. None of them is required by the file.
    /// </summary>
    public required IReadOnlyList<string> UnsupportedExtensions { get; init; }

    /// <summary>
    /// Vertex attributes of the file that have a meaning in glTF and none here, such as <c>JOINTS_1</c> or
    /// <c>COLOR_0 (morph target)</c>, and kinds of primitives that have no area, such as <c>LINES (primitives)</c>; by
    /// name, each once. Last, how many triangles have none, as in <c>TRIANGLES without area (2 of 4)</c>.
    /// </summary>
    public IReadOnlyList<string> IgnoredAttributes { get; init; } = [];
}
