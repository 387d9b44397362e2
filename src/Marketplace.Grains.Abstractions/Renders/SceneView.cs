using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>A scene and what the reader found in it.</summary>
/// <param name="Animations">Null for a scene that was read before clips were looked for: it is a still one.</param>
[GenerateSerializer, Immutable, Alias("SceneView")]
public sealed record SceneView(
    [property: Id(0)] SceneId Id,
    [property: Id(1)] AccountId Account,
    [property: Id(2)] SceneManifest Manifest,
    [property: Id(3)] long Triangles,
    [property: Id(4)] int Textures,
    [property: Id(5)] long MemoryBytes,
    [property: Id(6)] IReadOnlyList<string> Cameras,
    [property: Id(7)] IReadOnlyList<string> UnsupportedExtensions,
    [property: Id(8)] IReadOnlyList<SceneAnimation>? Animations = null);
