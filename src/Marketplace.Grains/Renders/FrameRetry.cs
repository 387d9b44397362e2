using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Renders;

/// <summary>A frame that is to be made again as new work, once the money for it is set aside.</summary>
/// <param name="Frame">Frame number.</param>
/// <param name="Escrow">How the books are asked to fund it; a repeat asks for the same.</param>
[GenerateSerializer, Alias("FrameRetry")]
internal sealed record FrameRetry([property: Id(0)] int Frame, [property: Id(1)] Escrow Escrow);
