namespace Marketplace.Grains.Renders;

/// <summary>How often a unit came back without a result that counts.</summary>
[GenerateSerializer, Alias("UnitTries")]
internal sealed record UnitTries([property: Id(0)] int Unit, [property: Id(1)] int Count);
