namespace Marketplace.Domain.Renders;

/// <summary>A clip of a scene: a glTF animation.</summary>
/// <param name="Name">Its name in the file, or its number where it has none.</param>
/// <param name="Seconds">Time of its last key.</param>
[GenerateSerializer, Immutable, Alias("SceneAnimation")]
public sealed record SceneAnimation([property: Id(0)] string Name, [property: Id(1)] double Seconds);
