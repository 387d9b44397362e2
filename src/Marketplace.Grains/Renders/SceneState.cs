using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>What is stored of a scene; without a view there is none.</summary>
[GenerateSerializer, Alias("SceneState")]
internal sealed record SceneState
{
    [Id(0)]
    public SceneView? Scene { get; init; }
}
