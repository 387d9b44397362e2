using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>What a render costs. Frames with a picture are charged however it ends.</summary>
/// <param name="Final" example="false">Whether the render is over; else what cancelling it now would cost.</param>
/// <param name="Frames" example="2">Frames with a picture.</param>
/// <param name="Units" example="50">Units of work that are charged.</param>
/// <param name="PixelSamples" example="9830400">Their pixel samples, which the price is for.</param>
/// <param name="Charged" example="0.491520">What is taken.</param>
/// <param name="Returned" example="0.491520">What comes back of the reserve.</param>
internal sealed record BillResponse(
    bool Final, int Frames, int Units, long PixelSamples, Usdc Charged, Usdc Returned)
{
    public static BillResponse From(BillView bill) =>
        new(bill.IsFinal, bill.Frames, bill.Units, bill.PixelSamples, bill.Charged, bill.Returned);
}
