using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Inference;

/// <summary>What is stored of a model; without a view the name is free.</summary>
[GenerateSerializer, Alias("ModelState")]
internal sealed record ModelState
{
    [Id(0)]
    public ModelView? Model { get; init; }

    /// <summary>Its version of the manifest; null until it stands there.</summary>
    [Id(1)]
    public long? Version { get; init; }
}
