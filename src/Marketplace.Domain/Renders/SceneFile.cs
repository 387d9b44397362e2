namespace Marketplace.Domain.Renders;

/// <summary>One file of a scene.</summary>
/// <param name="Path">Relative path as the scene refers to it; plain names and forward slashes only.</param>
/// <param name="Sha256">Lower-case hex hash of its bytes.</param>
/// <param name="Bytes">Its length.</param>
[GenerateSerializer, Immutable, Alias("SceneFile")]
public sealed record SceneFile(
    [property: Id(0)] string Path,
    [property: Id(1)] string Sha256,
    [property: Id(2)] long Bytes);
