using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Renders;

/// <summary>What a render costs: pixel samples at the ask per million.</summary>
public static class SamplePrice
{
    private const long Million = 1_000_000;

    public static long PixelSamples(RenderOrder order) =>
        checked((long)order.Width * order.Height * order.Samples * order.Frames.Count);

    /// <summary>
    /// The most an order can cost at its own price cap, and never more than the cap on its bill; this much is set
    /// aside. At least one micro-USDC.
    /// </summary>
    public static Usdc Cap(RenderOrder order) => Usdc.Min(
        Most(order.Needs.Cap.Megasample, PixelSamples(order)), order.MaxPrice ?? Usdc.Largest);

    /// <summary>The most that samples can cost at an ask a million; at least one micro-USDC.</summary>
    public static Usdc Most(Usdc ask, long pixelSamples) =>
        Usdc.Max(ask.TimesCeiling(pixelSamples, Million), Usdc.FromMicros(1));

    /// <summary>The running total of one device's accepted samples; floored once, so unit size never matters.</summary>
    public static Usdc Charge(DeviceAsk ask, long pixelSamples) => ask.Megasample.TimesFloor(pixelSamples, Million);
}
