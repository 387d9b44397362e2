using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>What a render costs; while it goes on, what ending it now would cost.</summary>
/// <param name="IsFinal">Whether the render is over.</param>
/// <param name="Frames">Frames with a picture.</param>
/// <param name="Units">Units that are charged.</param>
/// <param name="PixelSamples">Their pixel samples.</param>
/// <param name="Charged">What is taken.</param>
/// <param name="Returned">What comes back of the reserve.</param>
[GenerateSerializer, Immutable, Alias("BillView")]
public sealed record BillView(
    [property: Id(0)] bool IsFinal,
    [property: Id(1)] int Frames,
    [property: Id(2)] int Units,
    [property: Id(3)] long PixelSamples,
    [property: Id(4)] Usdc Charged,
    [property: Id(5)] Usdc Returned);
