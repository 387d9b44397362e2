using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>A unit and the hash of its sums in the blob store.</summary>
public sealed record UnitSums(RenderUnit Unit, string Sha256, long Bytes);
