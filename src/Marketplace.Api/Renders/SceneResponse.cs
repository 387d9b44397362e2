using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>A scene and what was found in it.</summary>
/// <param name="Id" example="scn_01j9zq8k3v7r2m5x4c6b8n0t1w">The scene.</param>
/// <param name="Root" example="CornellBox.glb">Path of the .glb or .gltf.</param>
/// <param name="Files">Its files.</param>
/// <param name="Environment">Path of its environment map, or null.</param>
/// <param name="Triangles" example="36">
/// Triangles in memory; those of a mesh that is drawn as instances count once.
/// </param>
/// <param name="Textures" example="0">Textures.</param>
/// <param name="MemoryBytes" example="4194304">Memory that it takes on a device.</param>
/// <param name="Cameras">Names of its cameras, in order.</param>
/// <param name="UnsupportedExtensions">
/// glTF extensions that are ignored, vertex attributes, such as <c>JOINTS_1</c> or <c>COLOR_0 (morph target)</c>, and
/// points and lines, such as <c>LINES (primitives)</c>.
/// </param>
/// <param name="Animations">Its clips; a render plays the first unless it names another.</param>
internal sealed record SceneResponse(
    SceneId Id,
    string Root,
    IReadOnlyList<SceneFile> Files,
    string? Environment,
    long Triangles,
    int Textures,
    long MemoryBytes,
    IReadOnlyList<string> Cameras,
    IReadOnlyList<string> UnsupportedExtensions,
    IReadOnlyList<SceneAnimation> Animations)
{
    public static SceneResponse From(SceneView view) => new(
        view.Id,
        view.Manifest.Root,
        view.Manifest.Files,
        view.Manifest.Environment,
        view.Triangles,
        view.Textures,
        view.MemoryBytes,
        view.Cameras,
        view.UnsupportedExtensions,
        view.Animations ?? []);
}
