namespace Marketplace.Domain.Renders;

/// <summary>How much tracing an order is likely to be, and what nine of ten such orders stay below.</summary>
[GenerateSerializer, Immutable, Alias("EffortSpread")]
public sealed record EffortSpread([property: Id(0)] RenderEffort P50, [property: Id(1)] RenderEffort P90);
