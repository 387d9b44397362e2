namespace Marketplace.Domain.Renders;

/// <summary>A scene as a set of content-addressed files.</summary>
/// <param name="Root">Path of the .glb or .gltf among the files.</param>
/// <param name="Files">Every file the scene refers to.</param>
/// <param name="Environment">Path of a Radiance .hdr among the files, or null.</param>
[GenerateSerializer, Immutable, Alias("SceneManifest")]
public sealed record SceneManifest(
    [property: Id(0)] string Root,
    [property: Id(1)] IReadOnlyList<SceneFile> Files,
    [property: Id(2)] string? Environment);
