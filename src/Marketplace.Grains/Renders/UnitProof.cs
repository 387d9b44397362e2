using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>What the check of a drawn unit needs.</summary>
/// <param name="Leaves">The leaves that its device has shown.</param>
/// <param name="At">Since when it waits.</param>
[GenerateSerializer, Alias("UnitProof")]
internal sealed record UnitProof(
    [property: Id(0)] OpenedLeaves Leaves, [property: Id(1)] DateTimeOffset At);
