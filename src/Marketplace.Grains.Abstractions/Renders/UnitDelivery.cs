using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>The end of an attempt at a unit.</summary>
/// <param name="SumsSha256">Hash of the uploaded sums.</param>
/// <param name="SumsBytes">Their length.</param>
/// <param name="Result">With the device's signature, checked; null from an agent that signs nothing.</param>
/// <param name="Leaves">The leaves that the sums are made of, where they were asked for; else null.</param>
[GenerateSerializer, Immutable, Alias("UnitDelivery")]
public sealed record UnitDelivery(
    [property: Id(0)] string SumsSha256,
    [property: Id(1)] long SumsBytes,
    [property: Id(2)] SignedResult? Result = null,
    [property: Id(3)] OpenedLeaves? Leaves = null);
